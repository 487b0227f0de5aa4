using FlashSale.Checkout.Access;
using FlashSale.Local.Processes;
using FlashSale.Tests.Checkout;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Browser;

/// <summary>A system whose operators sign in by a provider of their own.</summary>
public sealed class SignInFixture : IAsyncLifetime
{
    public SmallProvider Provider { get; private set; } = null!;

    public TestSystem System { get; private set; } = null!;

    /// <summary>The one storefront of whoever is of the group <c>shop-staff</c>.</summary>
    public string Shop { get; } = Unique.Name("shop");

    public async ValueTask InitializeAsync()
    {
        Provider = await SmallProvider.StartAsync();
        var port = FreePort.Next(1);
        var origin = $"http://127.0.0.1:{port}";
        Provider.RedirectUri = $"{origin}/admin/signed-in";
        const string section = OpenIdOptions.Section;
        System = await TestSystem.StartAsync(port: port, settings: new Dictionary<string, string>
        {
            [$"{section}:Authority"] = Provider.Url,
            [$"{section}:ClientId"] = SmallProvider.ClientId,
            [$"{section}:ClientSecret"] = SmallProvider.ClientSecret,
            [$"{section}:PublicOrigin"] = origin,
            [$"{section}:Viewers"] = "board",
            [$"{section}:Operators"] = $"sales,shop-staff={Shop}",
            [$"{section}:Admins"] = "it",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
