namespace FlashSale.Simulator;

/// <summary>What a shopper asks an edge.</summary>
public enum Question { Join, Poll, Leave, Claim }
