using System.Globalization;

namespace FlashSale.Simulator.Checking;

/// <summary>A unit that was given to a place: from Redis until it is redeemed, given up, or too late.</summary>
/// <param name="given">That Redis gave it.</param>
/// <param name="redeemBy">True time.</param>
public sealed class Turn(Fact.Admitted given, long redeemBy)
{
    public Fact.Admitted Given { get; } = given;

    public long RedeemBy { get; } = redeemBy;

    public int Unit => Given.Unit;

    /// <summary>As the token and the ledger name it.</summary>
    public string Id { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{given.Place.Epoch:x}-{given.Place.Number:x}-{given.Unit:x}");

    /// <summary>Its token is out.</summary>
    public Fact.Claimed? Claimed { get; set; }

    /// <summary>That the shopper was told of it, first.</summary>
    public Fact? ToldBy { get; set; }

    /// <summary>The shopper has asked to leave before any token was out.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>It has become a reservation.</summary>
    public bool IsRedeemed { get; set; }

    /// <summary>Why nobody is held to it any more, in words; null while they are.</summary>
    public string? Excused { get; set; }

    /// <summary>The unit was withdrawn with the token out: the token can be redeemed again when the unit comes back in time.</summary>
    public bool IsWithdrawn { get; set; }

    /// <summary>The unit is its shopper's to take.</summary>
    public bool IsLive(long at) => IsOpen && at < RedeemBy;

    /// <summary>Nobody else may get the unit: a redemption that began in time may not be seen yet.</summary>
    public bool Blocks(long at, long graceMs) => IsOpen && at < RedeemBy + graceMs;

    private bool IsOpen => !IsGivenUp && !IsRedeemed && Excused is null;
}
