namespace FlashSale.LoadTest.Chaos;

/// <summary>What a client knows of a request that it sent.</summary>
public enum HistoryAnswer
{
    /// <summary>A 2xx: a promise.</summary>
    Ok,

    /// <summary>A definite no (4xx).</summary>
    Fail,

    /// <summary>A timeout, a reset or a 5xx: it may have happened or not.</summary>
    Unknown,
}
