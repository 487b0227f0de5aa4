using System.Security.Cryptography;

using FlashSale.Conformance;

using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace FlashSale.Tests.Embedding;

/// <summary>Its operator: keys change at once, and a pause is one of this process.</summary>
internal sealed partial class FakeEdge : ILineOperator
{
    private TaskCompletionSource? _paused;

    string? ILineOperator.ApiKey => ApiKey;

    int? ILineOperator.KeyFetches => _keyFetches;

    /// <summary>Storefronts here refresh every second, or look at once.</summary>
    public TimeSpan KeysKnownWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The caller's own copy.</summary>
    public ECDsa? SigningKey(string token) =>
        _keys.Find(key => key.KeyId == new JsonWebToken(token).Kid) is { } known ? ECDsa.Create(known.ECDsa.ExportParameters(true)) : null;

    public Task RotateKeysAsync(CancellationToken cancel)
    {
        RotateKeys();
        return Task.CompletedTask;
    }

    public Task RevokeKeyAsync(string kid, CancellationToken cancel)
    {
        RevokeKey(kid);
        return Task.CompletedTask;
    }

    public IDisposable PauseEdges()
    {
        var pause = _paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Resume(() =>
        {
            _paused = null;
            pause.SetResult();
        });
    }

    // The ledger hangs, as behind a lost network; the keys are refused at once, to lose no time.
    private async Task HangAsync(HttpContext http)
    {
        if (_paused is not { } pause) return;
        if (http.Request.Path.StartsWithSegments("/.well-known")) http.Abort();
        else await Task.WhenAny(pause.Task, Task.Delay(Timeout.Infinite, http.RequestAborted));
    }

    private sealed class Resume(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
