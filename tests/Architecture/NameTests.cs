using FlashSale.Local;

using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

using Xunit;

namespace FlashSale.Tests.Architecture;

/// <summary>A type is found by its name: it has a file of that name, and no other type has the name for another thing.</summary>
public sealed class NameTests
{
    /// <summary>What may be called the same in two projects, because it is the same, or because nothing else would be found.</summary>
    private static readonly (string Name, string Why)[] s_twice =
    [
        ("Program", "every program has one"),
        ("HealthRoutes", "every service's own /health"),
        ("ClaimRoutes", "the edge hands a claim on to the waiting room, whose route it is"),
        ("OperatorOptions", "the section Operators, as each of its readers knows it"),
        ("WaitingRoomOptions", "the section WaitingRoom, of a room and of a storefront"),
        ("WebhookSender", "the provider's webhooks, and ours"),
        ("Reservation", "a reservation, in the ledger and as a storefront is told of it"),
        ("FaultPlan", "what shall fail, at the provider and in virtual time"),
        ("Scenario", "what a run is to be, of a crowd and in virtual time"),
        ("Shopper", "a shopper, of a crowd and in virtual time"),
        ("Checker", "judges a run by the invariants, of real services and in virtual time"),
        ("OrderCheck", "judges invariant 3, of real services and in virtual time"),
        ("LedgerRow", "a row of reservations, to each checker and in virtual time"),
        ("LedgerRows", "the rows of reservations, to each checker"),
        ("LineAnswer", "what is answered about the line, by Redis and to operators"),
        ("WebhookRegistration", "registers the provider's webhooks, and ours"),
        ("Challenge", "what the bank asks of a shopper, and the edge of who joins"),
    ];

    /// <summary>Two of a room's tests and one of another's may be of the same thing: who looks for them knows the room.</summary>
    private const string OfTests = "tests", EndOfTests = "Tests";

    /// <summary>Of others, to be copied from: they are not part of the product.</summary>
    private const string Samples = "samples";

    private static readonly Lazy<IReadOnlyList<(string File, string Name)>> s_types = new(
        () => [.. SourceFile.Under(Repository.Root).SelectMany(Types)]);

    /// <summary>A part of a type says after its name which: <c>LedgerModel.Sale.cs</c>.</summary>
    [Fact]
    public void A_type_has_a_file_of_its_own_name() => Assert.Empty(
        from type in s_types.Value
        where Path.GetFileName(type.File).Split('.')[0] != type.Name
        select $"{type.File}: {type.Name} belongs in {type.Name}.cs, or nested where it is used");

    [Fact]
    public void A_file_has_one_type() => Assert.Empty(
        from file in s_types.Value.GroupBy(type => type.File)
        where file.Select(type => type.Name).Distinct().Count() > 1
        select $"{file.Key}: {string.Join(", ", file.Select(type => type.Name))}");

    [Fact]
    public void A_name_means_one_thing() => Assert.Empty(
        from type in s_types.Value
        where ProjectOf(type.File) != Samples && s_twice.All(one => one.Name != type.Name)
            && !(ProjectOf(type.File) == OfTests && type.Name.EndsWith(EndOfTests, StringComparison.Ordinal))
        group Path.GetDirectoryName(type.File)! by type.Name into same
        where same.Distinct().Count() > 1
        select $"{same.Key} is in {string.Join(" and ", same.Distinct())}");

    /// <summary>Otherwise the list would outlive its reasons.</summary>
    [Fact]
    public void What_may_be_called_the_same_is() => Assert.Empty(
        s_twice.Where(one => s_types.Value.Count(type => type.Name == one.Name) < 2).Select(one => one.Name));

    private static string ProjectOf(string file) => file.Split('/')[0];

    private static IEnumerable<(string File, string Name)> Types(SourceFile file)
    {
        var root = CSharpSyntaxTree.ParseText(file.Text, new CSharpParseOptions(LanguageVersion.Latest)).GetCompilationUnitRoot();
        return root.Members.SelectMany(member => member is BaseNamespaceDeclarationSyntax space ? [.. space.Members] : new[] { member })
            .Select(member => member switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.Text,
                DelegateDeclarationSyntax type => type.Identifier.Text,
                _ => null,
            })
            .OfType<string>().Select(name => (file.Path, name));
    }
}
