using System.Security.Cryptography;
using System.Text;

using FlashSale.Simulator.Models;

namespace FlashSale.Simulator;

/// <summary>What happened in a run; nothing is judged yet.</summary>
/// <param name="Facts">In the order in which they happened.</param>
/// <param name="Events">How many things happened in virtual time.</param>
/// <param name="EndedAt">True time in ms.</param>
public sealed record SaleRun(
    Scenario Scenario, IReadOnlyList<Fact> Facts, long Events, long EndedAt, RunEnd End, Exception? Failure)
{
    /// <summary>What Redis held in the end; what it has lost is not in it.</summary>
    public RedisModel? Redis { get; init; }

    /// <summary>How often each kind of fault began.</summary>
    public IReadOnlyDictionary<FaultKind, int> Faults { get; } = Facts.OfType<Fact.Fault>().Where(fault => fault.Begins)
        .GroupBy(fault => fault.Kind).ToDictionary(kind => kind.Key, kind => kind.Count());

    /// <summary>A hash of all facts: equal for equal runs.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var fact in Facts) hash.AppendData(Encoding.UTF8.GetBytes(fact.ToString()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
