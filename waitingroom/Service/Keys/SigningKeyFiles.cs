using System.Globalization;
using System.Security.Cryptography;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>The keys as files <c>{epoch seconds}-{random}.pem</c>, PKCS #8, readable by their owner only.</summary>
public sealed class SigningKeyFiles(string directory)
{
    private readonly Dictionary<string, SigningKey> _read = [];

    /// <summary>Every key, oldest first; files that are known are not read again.</summary>
    /// <exception cref="CryptographicException">A file is not a P-256 private key.</exception>
    public IReadOnlyList<SigningKey> Read()
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.GetFiles(directory, "*.pem"))
            if (!_read.ContainsKey(file)) _read[file] = Read(file);
        return [.. _read.Values.OrderBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal)];
    }

    /// <summary>Makes a key; it appears under its name only when it is complete.</summary>
    public void Create(DateTimeOffset now)
    {
        Directory.CreateDirectory(directory);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = Path.Combine(directory, $"{now.ToUnixTimeSeconds()}-{RandomNumberGenerator.GetHexString(8, true)}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(name + ".new", options)) writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
        File.Move(name + ".new", name + ".pem");
    }

    private static SigningKey Read(string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
        }
        catch (ArgumentException error)
        {
            throw new CryptographicException($"{file} is not a private key", error);
        }

        if (key.KeySize != 256) throw new CryptographicException($"{file} is not a P-256 key");
        var security = new ECDsaSecurityKey(key);
        security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint())[..16];
        var text = Path.GetFileNameWithoutExtension(file).Split('-')[0];
        var created = long.TryParse(text, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
        return new SigningKey(created, security);
    }
}
