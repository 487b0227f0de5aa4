using System.Reflection;
using System.Runtime.Loader;

using FlashSale.Local;
using FlashSale.Tests.Architecture;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlashSale.Tests.Simulation.Mutations;

/// <summary>
/// The product with one mistake in it: the source of one project is changed in memory, compiled, and loaded beside the right
/// one, with everything that is built upon it. Nothing of the product knows of this.
/// </summary>
internal sealed class Mutant : AssemblyLoadContext
{
    private const string Decisions = "FlashSale.Calling", Simulator = "FlashSale.Simulator";

    /// <summary>What the projects of this repository import without saying so.</summary>
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private readonly Dictionary<string, byte[]> _compiled = [];
    private Func<ulong, string[], string?> _firstViolation = (_, _) => null;

    private Mutant() : base(nameof(Mutant), isCollectible: true) { }

    /// <summary>Null when the sale is right, or what was found first.</summary>
    public string? TryASale(ulong seed, string[] faults)
    {
        var found = _firstViolation(seed, faults);
        // A collectible context unloads when nobody holds it any more, in the middle of the sale too.
        GC.KeepAlive(this);
        return found;
    }

    /// <summary>Makes the mistake; throws when the text is not there, is there twice, or does not compile afterwards.</summary>
    public static Mutant With(Mutation mutation)
    {
        var mutant = new Mutant();
        var (project, folder) = mutation.File.StartsWith("simulator/", StringComparison.Ordinal)
            ? (Simulator, "simulator") : (Decisions, "waitingroom/Calling");
        mutant._compiled[project] = Compile(project, folder, mutation);
        mutant._firstViolation = mutant.LoadFromAssemblyName(new AssemblyName(Simulator))
            .GetType("FlashSale.Simulator.JudgedSale", throwOnError: true)!
            .GetMethod("FirstViolation")!.CreateDelegate<Func<ulong, string[], string?>>();
        return mutant;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (_compiled.TryGetValue(name, out var image)) return LoadFromStream(new MemoryStream(image));
        // What is built upon the decisions must be loaded anew, to be bound to the changed ones; all else is shared.
        return name is Decisions or Simulator or "FlashSale.WaitingRoom"
            ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name + ".dll")) : null;
    }

    private static byte[] Compile(string project, string folder, Mutation mutation)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var trees = SourceFile.Under(Path.Combine(Repository.Root, folder)).Select(file =>
            CSharpSyntaxTree.ParseText(mutation.Apply($"{folder}/{file.Path}", file.Text), options, file.Path));
        var compilation = CSharpCompilation.Create(
            project, [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            s_references.Value.Where(one => Path.GetFileNameWithoutExtension(one.FilePath) != project),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        var errors = result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).ToList();
        return errors.Count == 0 ? image.ToArray() : throw new InvalidOperationException(
            $"{mutation.Name} does not compile: {string.Join("; ", errors.Take(3))}");
    }

    private static readonly Lazy<IReadOnlyList<PortableExecutableReference>> s_references = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(File.Exists).Select(path => MetadataReference.CreateFromFile(path))]);
}
