using FlashSale.Admission;
using FlashSale.Calling;
using FlashSale.Contract;
using FlashSale.Queue;
using FlashSale.WaitingRoom.Keys;
using FlashSale.WaitingRoom.Ledger;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FlashSale.WaitingRoom.Claims;

/// <summary>Signs admission tokens.</summary>
public sealed class AdmissionIssuer(KeyRing keys, IOptions<AdmissionKeyOptions> options, PulledSales catalog)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The token for a place that has been given a unit.</summary>
    /// <param name="redeemBy">Epoch seconds of the ledger's clock.</param>
    /// <param name="inCart">
    /// It has been redeemed: asked for again, the token lasts as long as a cart from now on. The ledger may have given the
    /// cart an outage's time back, and it alone says how long the unit is kept.
    /// </param>
    public ClaimAnswer Issue(Sale sale, Place place, string shopper, int unit, long redeemBy, bool inCart)
    {
        var now = catalog.Clock.GetUtcNow().UtcDateTime;
        var redeemUntil = DateTimeOffset.FromUnixTimeSeconds(redeemBy);
        var start = inCart && now > redeemUntil ? now : redeemUntil.UtcDateTime;
        var id = AdmittedPlace.Id(place, unit);
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Value.Issuer,
            Audience = sale.Storefront.Value,
            IssuedAt = now,
            NotBefore = now,
            Expires = start.AddSeconds(sale.LongestPaySeconds),
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = shopper,
                [JwtRegisteredClaimNames.Jti] = id,
                [AdmissionClaims.Sale] = sale.Id.Value,
                [AdmissionClaims.Unit] = unit,
                [AdmissionClaims.Place] = (long)place.Number,
                [AdmissionClaims.RedeemBy] = redeemBy,
            },
            SigningCredentials = new SigningCredentials(keys.Signing.Key, SecurityAlgorithms.EcdsaSha256),
        });
        return new ClaimAnswer(id, token, unit, redeemUntil);
    }
}
