namespace FlashSale.LoadTest.Chaos;

/// <summary>What a shopper asked for.</summary>
public enum HistoryAct { Join, Poll, Leave, Claim, Reserve, Pay, Read, GiveBack }
