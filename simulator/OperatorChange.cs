namespace FlashSale.Simulator;

/// <summary>The settings that are changed during a run.</summary>
public enum OperatorChange { Pause, Resume, Inventory, AdmitPerSecond, End, Extend }
