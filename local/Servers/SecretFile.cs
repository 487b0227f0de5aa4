namespace FlashSale.Local.Servers;

/// <summary>Files that only their owner may read.</summary>
public static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes it whole or not at all (0600): a reader sees the old content or the new, never a part.</summary>
    public static async Task WriteAsync(string path, string content, CancellationToken cancel)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        await using (var writer = new StreamWriter(temporary, options)) await writer.WriteAsync(content.AsMemory(), cancel);
        File.Move(temporary, path, overwrite: true);
    }
}
