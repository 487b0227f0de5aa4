using Microsoft.IdentityModel.Tokens;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>A private key with its age.</summary>
public sealed record SigningKey(DateTimeOffset CreatedAt, ECDsaSecurityKey Key)
{
    public string Id => Key.KeyId;
}
