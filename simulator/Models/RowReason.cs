namespace FlashSale.Simulator.Models;

/// <summary>Why a unit was released, as stored.</summary>
public enum RowReason { None = 0, Expired = 1, Cancelled = 2, Declined = 3 }
