using System.Security.Cryptography;
using System.Text;

using FlashSale.Contract;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace FlashSale.Checkout.Access;

/// <summary>
/// Seals what a browser keeps for us (the way through a sign-in, and who has signed in), so that every checkout can open what another
/// has sealed: AES-GCM under keys that are derived from the service key, one for each purpose. Nothing needs to be stored or shared.
/// </summary>
internal sealed class SharedProtection(byte[] secret) : IDataProtector
{
    private const int NonceBytes = 12, TagBytes = 16;

    public SharedProtection(IOptions<ServiceKeyOptions> key)
        : this(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key.Value.Key), 32, info: "operators"u8.ToArray()))
    {
    }

    public IDataProtector CreateProtector(string purpose) =>
        new SharedProtection(HKDF.Expand(HashAlgorithmName.SHA256, secret, 32, Encoding.UTF8.GetBytes(purpose)));

    public byte[] Protect(byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var data = new byte[NonceBytes + TagBytes + plaintext.Length];
        var nonce = data.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(secret, TagBytes);
        aes.Encrypt(nonce, plaintext, data.AsSpan(NonceBytes + TagBytes), data.AsSpan(NonceBytes, TagBytes));
        return data;
    }

    /// <exception cref="CryptographicException">It was not sealed under this key, or has been changed.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        ArgumentNullException.ThrowIfNull(protectedData);
        if (protectedData.Length < NonceBytes + TagBytes) throw new CryptographicException("too short");
        var plain = new byte[protectedData.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(secret, TagBytes);
        aes.Decrypt(protectedData.AsSpan(0, NonceBytes), protectedData.AsSpan(NonceBytes + TagBytes), protectedData.AsSpan(NonceBytes, TagBytes), plain);
        return plain;
    }
}
