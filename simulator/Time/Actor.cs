namespace FlashSale.Simulator.Time;

/// <summary>Who draws.</summary>
internal enum Actor { Scenario, Shopper, Edge, Room, Redis, Ledger, Fault, Pay, Jitter }
