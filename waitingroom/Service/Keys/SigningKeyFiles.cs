using System.Globalization;
using System.Security.Cryptography;

using Microsoft.IdentityModel.Tokens;

namespace FlashSale.WaitingRoom.Keys;

/// <summary>
/// The keys as files <c>{epoch seconds}-{random}.pem</c>, PKCS #8, readable by their owner only, in a folder that is private. A
/// file that is taken away takes its key away. <c>{kid}.revoked</c> is what stays of a revoked key, so that no room and no copy
/// from a backup brings it back.
/// </summary>
public sealed class SigningKeyFiles(string directory)
{
    private const string RevokedExtension = ".revoked";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly Dictionary<string, SigningKey> _read = [];

    /// <summary>Every key that is not revoked, oldest first; files that are known are not read again.</summary>
    /// <exception cref="CryptographicException">A file is not a P-256 private key.</exception>
    /// <exception cref="IOException">Every file that was known is gone: rather a folder that is not there than a decision.</exception>
    public IReadOnlyList<SigningKey> Read()
    {
        MakeFolder();
        var files = Directory.GetFiles(directory, "*.pem").ToHashSet(StringComparer.Ordinal);
        var revoked = Revoked();
        if (files.Count == 0 && _read.Values.Any(key => !revoked.Contains(key.Id)))
            throw new IOException($"{directory} has no key any more");
        foreach (var file in files)
            if (!_read.ContainsKey(file)) _read[file] = Read(file);
        foreach (var gone in _read.Keys.Except(files).ToList()) _read.Remove(gone);
        return [.. _read.Values.Where(key => !revoked.Contains(key.Id))
            .OrderBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal)];
    }

    /// <summary>Makes a key; it appears under its name only when it is complete.</summary>
    /// <param name="createdAt">From which its times are counted.</param>
    public void Create(DateTimeOffset createdAt)
    {
        MakeFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = Path.Combine(directory, $"{createdAt.ToUnixTimeSeconds()}-{RandomNumberGenerator.GetHexString(8, true)}");
        using (var writer = new StreamWriter(name + ".new", Private())) writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
        File.Move(name + ".new", name + ".pem");
    }

    /// <summary>True for a key that has been revoked.</summary>
    public bool IsRevoked(string kid) => Revoked().Contains(kid);

    /// <summary>Ends a key: first it is said that it is revoked, then its private part is deleted.</summary>
    public void Revoke(string kid)
    {
        using (var stream = new FileStream(Path.Combine(directory, kid + RevokedExtension), Private(FileMode.Create)))
            stream.Flush(flushToDisk: true);
        foreach (var (file, _) in _read.Where(one => one.Value.Id == kid).ToList()) File.Delete(file);
    }

    /// <summary>
    /// What is wrong with who may read or write the folder, for its owner to mend; null when it is private. A folder that cannot
    /// be written to at all (a mounted secret) need only keep its files from others.
    /// </summary>
    public string? Exposure()
    {
        if (OperatingSystem.IsWindows()) return null;
        MakeFolder();
        var mode = File.GetUnixFileMode(directory);
        // An orchestrator gives a volume to a group of its own, which it marks so.
        var isGroups = (mode & UnixFileMode.GroupWrite) != 0 && (mode & UnixFileMode.SetGroup) == 0;
        if (((mode & Others) != 0 || isGroups) && IsWritable())
            return $"{directory} is open to others: chmod 700 it, and make new keys if anybody else may have seen or put any there";
        string? open = null;
        foreach (var file in Directory.GetFiles(directory, "*.pem"))
            if ((File.GetUnixFileMode(file) & Others) != 0) open = file;
        return open is null ? null : $"{open} is open to others: take it away, and make a new key (chmod 600)";
    }

    private bool IsWritable()
    {
        var probe = Path.Combine(directory, $".{RandomNumberGenerator.GetHexString(8)}");
        try
        {
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private HashSet<string> Revoked() =>
        [.. Directory.GetFiles(directory, "*" + RevokedExtension).Select(file => Path.GetFileNameWithoutExtension(file))];

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, Owner);
    }

    private static FileStreamOptions Private(FileMode mode = FileMode.CreateNew)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
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
        var created = long.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MaxSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
        return new SigningKey(created, security);
    }

    /// <summary>The last second that there is a time for.</summary>
    private const long MaxSeconds = 253_402_300_799;
}
