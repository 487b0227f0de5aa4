using System.Security.Cryptography;
using System.Text;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary>The address of the bank's page for a challenge.</summary>
public static class ChallengePage
{
    /// <summary>Stands for the simulator's own address in an answer, until it is sent.</summary>
    public const string Base = "{simulator}";

    public static string AddressOf(Intent intent) => $"{Base}/sim/challenges/{intent.Id}?secret={SecretOf(intent)}";

    /// <summary>The page has a secret of its own: whoever sees its address can't act on the intent.</summary>
    public static string SecretOf(Intent intent) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("challenge " + intent.ClientSecret)).AsSpan(0, 16));
}
