using System.Security.Cryptography;

namespace FlashSale.Conformance;

/// <summary>What an operator can do to the line, for the checks that need more than a shopper can do.</summary>
public interface ILineOperator
{
    /// <summary>The storefront's API key; null when it is not known.</summary>
    string? ApiKey { get; }

    /// <summary>Fetches of the published keys so far; null when nobody counts them.</summary>
    int? KeyFetches { get; }

    /// <summary>A storefront must have learned by then that a key has been revoked: its refresh, and time to answer.</summary>
    TimeSpan KeysKnownWithin { get; }

    /// <summary>The private key that signed this token; null when it is not here.</summary>
    ECDsa? SigningKey(string token);

    /// <summary>Makes the line publish a new key, and waits until it signs with it.</summary>
    Task RotateKeysAsync(CancellationToken cancel);

    /// <summary>Ends a key: it is published no more.</summary>
    Task RevokeKeyAsync(string kid, CancellationToken cancel);

    /// <summary>Stops every edge in its tracks, as a lost network does, until the answer is disposed of.</summary>
    IDisposable PauseEdges();
}
