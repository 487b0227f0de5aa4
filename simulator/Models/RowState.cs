namespace FlashSale.Simulator.Models;

/// <summary>As stored. A row is live in every state but <see cref="Released"/>.</summary>
public enum RowState { Held = 1, Securing = 2, Sold = 3, Released = 4, Withdrawn = 5 }
