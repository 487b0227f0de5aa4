using FlashSale.Local;

using Xunit;

namespace FlashSale.Tests.Architecture;

/// <summary>No rooms of a service know each other in a circle: each can be read, and changed, after those it knows.</summary>
public sealed class RoomTests
{
    /// <summary>What may know another all the same, and why.</summary>
    private static readonly (string Project, string From, string To, string Why)[] s_allowed =
    [
        ("waitingroom/Service", "Pumping", "Claims", "the pump's set-up registers the issuer of admissions, too"),
    ];

    public static TheoryData<string, string> Projects { get; } = new()
    {
        { "checkout/Service", "FlashSale.Checkout" },
        { "gateway", "FlashSale.Gateway" },
        { "waitingroom/Service", "FlashSale.WaitingRoom" },
        { "waitingroom/Queue", "FlashSale.Queue" },
        { "checkout/PaymentSimulator", "FlashSale.PaymentSimulator" },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_rooms_know_each_other_in_a_circle(string project, string rootNamespace)
    {
        var rooms = Rooms.OfProject(project, rootNamespace)
            .Without(s_allowed.Where(one => one.Project == project).Select(one => (one.From, one.To)));
        if (rooms.Circle() is not { } circle) return;
        var edges = circle.Zip(circle.Skip(1)).SelectMany(
            step => rooms.Edges.Where(edge => (edge.From, edge.To) == (step.First, step.Second)));
        Assert.Fail($"{string.Join(" → ", circle)}:\n{string.Join('\n', edges)}");
    }

    /// <summary>Otherwise a room could be named without its name.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_namespace_is_its_folder(string project, string rootNamespace) => Assert.Empty(
        SourceFile.Under(Path.Combine(Repository.Root, project)).Where(file =>
        {
            var folders = file.Path.Split('/')[..^1];
            return !file.Text.Contains(
                $"\nnamespace {string.Join('.', folders.Prepend(rootNamespace))};\n", StringComparison.Ordinal)
                && !file.Text.StartsWith(
                    $"namespace {string.Join('.', folders.Prepend(rootNamespace))};\n", StringComparison.Ordinal);
        }).Select(file => file.Path));

    [Theory]
    [InlineData("checkout/Service"), InlineData("gateway"),
        InlineData("waitingroom/Service"), InlineData("checkout/PaymentSimulator")]
    public async Task A_program_is_a_table_of_contents(string project) => Assert.InRange(
        (await File.ReadAllLinesAsync(
            Path.Combine(Repository.Root, project, "Program.cs"), TestContext.Current.CancellationToken)).Length, 1, 60);

    [Fact]
    public void A_circle_is_found_by_the_namespaces_that_files_use()
    {
        var rooms = Rooms.Of(
        [
            new("Sales/Sale.cs", "using Shop.Stock;\n\nnamespace Shop.Sales;\n\nclass Sale;"),
            new("Stock/Unit.cs", "using Shop.Carts.Lines;\n\nnamespace Shop.Stock;\n\nclass Unit;"),
            new("Carts/Lines/Cart.cs", "using Shop.Sales;\n\nnamespace Shop.Carts.Lines;\n\nclass Cart;"),
            new("Pages/Page.cs", "using Shop.Sales;\nusing Shop.Carts.Lines;\n\nnamespace Shop.Pages;\n\nclass Page;"),
        ], "Shop");
        Assert.Equal(["Carts", "Sales", "Stock", "Carts"], rooms.Circle()!);
        Assert.Null(rooms.Without([("Stock", "Carts")]).Circle());
    }

    [Fact]
    public void A_circle_is_found_by_types_that_are_named_with_their_room()
    {
        var rooms = Rooms.Of(
        [
            new("Sales/Sale.cs", "namespace Shop.Sales;\n\nrecord Sale(Stock.Unit Unit);"),
            new("Stock/Unit.cs", "namespace Shop.Stock;\n\nrecord struct Unit(int Number)\n{\n    const int Most = Sales.Sale.Most;\n}"),
        ], "Shop");
        Assert.Equal(["Sales", "Stock", "Sales"], rooms.Circle()!);
    }

    [Fact]
    public void A_circle_may_lead_through_what_lies_in_no_room()
    {
        var rooms = Rooms.Of(
        [
            new("Line.cs", "using Shop.Places;\n\nnamespace Shop;\n\nclass Line(Place first);"),
            new("Places/Place.cs", "namespace Shop.Places;\n\nclass Place\n{\n    Line? Line { get; }\n}"),
            new("Program.cs", "using Shop.Places;\n\nnamespace Shop;\n\nclass Program;"),
        ], "Shop");
        Assert.Equal([Rooms.Root, "Places", Rooms.Root], rooms.Circle()!);
    }

    [Fact]
    public void Members_comments_and_a_room_s_own_names_are_no_circle()
    {
        var rooms = Rooms.Of(
        [
            new("Claims/Claim.cs", "using Shop.Edge;\n\nnamespace Shop.Claims;\n\nclass Claim(Limits limits);"),
            new("Edge/Limits.cs", """
                namespace Shop.Edge;

                /// <summary>See <see cref="Claims.Claim"/>; not using Shop.Claims;</summary>
                class Limits
                {
                    public void Dispose() => Claims.Dispose(); // Claims.Claim
                }
                """),
        ], "Shop");
        Assert.Null(rooms.Circle());
        Assert.Single(rooms.Edges);
    }
}
