using FlashSale.Local;

namespace FlashSale.Tests.Upgrade;

/// <summary>The services of the version before, which the build of the tests has built from the repository's history.</summary>
internal static class PreviousBuild
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "artifacts/previous");

    /// <summary>The folder of its sources and programs.</summary>
    /// <exception cref="InvalidOperationException">It could not be built; the message says why.</exception>
    public static string Root()
    {
        var commit = File.ReadLines(Path.Combine(Repository.Root, "tests/Upgrade/previous-commit")).Single(line => line[0] != '#');
        var root = Path.Combine(s_folder, commit);
        if (File.Exists(Path.Combine(root, "built"))) return root;
        var log = Path.Combine(s_folder, "build.log");
        var why = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(20)) : "(no log: build the tests)";
        throw new InvalidOperationException(
            $"The services of {commit} are not built, so nothing says whether this version runs beside them. The commit must be "
            + $"in the clone (git fetch --unshallow) or at its origin:\n{why}");
    }
}
