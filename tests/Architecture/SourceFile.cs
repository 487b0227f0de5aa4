namespace FlashSale.Tests.Architecture;

/// <param name="Path">Below the project, with '/'.</param>
public sealed record SourceFile(string Path, string Text)
{
    private static readonly string[] s_built = ["bin", "obj", "artifacts"];

    /// <summary>Every file of C# that people have written.</summary>
    public static IEnumerable<SourceFile> Under(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: file, Path: System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/')))
            .Where(one => !one.Path.Split('/').Any(s_built.Contains))
            .OrderBy(one => one.Path, StringComparer.Ordinal)
            .Select(one => new SourceFile(one.Path, File.ReadAllText(one.File)));
}
