using FlashSale.Checkout.Audit;
using FlashSale.Checkout.Payments.Provider;
using FlashSale.Checkout.Sales;
using FlashSale.Contract;
using FlashSale.PaymentSimulator.Faults;
using FlashSale.Tests.Support;

using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace FlashSale.Tests.Payments;

/// <summary>The provider as a whole: down, slow, and its books.</summary>
public sealed class ProviderTests
{
    [Fact]
    public async Task Invariant8_A_provider_that_is_down_is_seen_and_shoppers_are_told_and_sold_to_later()
    {
        await using var host = await PaymentsHost.StartAsync(
            null, "--Payments:TryMs=100", "--Payments:CallMs=300", "--Payments:AnswerWithinMs=300", "--Payments:BreakMs=500");
        host.Simulator.Misbehave(Fault.Refuse);
        var carts = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.CartAsync()));
        await Task.WhenAll(carts.Select(cart => cart.PayStatusAsync()));
        var health = host.Services.GetRequiredService<ProviderHealth>();
        await WaitFor.TrueAsync(() => Task.FromResult(health.IsDown), "the circuit opens");
        var late = await host.CartAsync();
        Assert.Equal(503, await late.PayStatusAsync());
        Assert.Equal(0, (await late.ReadAsync()).PaymentAttempts);

        host.Simulator.Behave();
        foreach (var cart in carts)
        {
            await WaitFor.TrueAsync(async () =>
            {
                await host.ExecuteAsync("UPDATE payment_attempts SET due_at = UTC_TIMESTAMP(3) WHERE due_at IS NOT NULL");
                await host.Completer.TurnAsync(default);
                return await host.OpenAsync(cart) == 0;
            }, "the payment is made after all");
            Assert.Null(await cart.ViolationAsync());
        }

        Assert.False(health.IsDown);
        // Asked again with its key where a busy machine takes longer than this checkout waits.
        await WaitFor.TrueAsync(async () => await late.PayStatusAsync("later") == 201, "it is sold to");
    }

    [Fact]
    public async Task The_audit_compares_with_the_providers_ledger()
    {
        await using var host = await PaymentsHost.StartAsync();
        var cart = await host.CartAsync(units: 2);
        Assert.Equal(201, await cart.PayStatusAsync());
        Assert.Empty(await AuditAsync(host, cart));

        // Money that moves behind our back.
        await host.Simulator.Stripe.V1.Refunds.CreateAsync(new()
        {
            PaymentIntent = (await cart.LedgerAsync())[0].PaymentIntent,
        });
        Assert.Contains("net captures", Assert.Single(await AuditAsync(host, cart)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_is_called_in_the_providers_books_what_the_shopper_and_the_operator_call_it()
    {
        await using var host = await PaymentsHost.StartAsync(null, "--Payments:StatementDescriptorSuffix=PHONE");
        var cart = await host.CartAsync();
        Assert.Equal(201, TestCart.StatusOf(await cart.PayAsync(receiptEmail: "ada@example.com")));
        var intent = await host.Simulator.Stripe.V1.PaymentIntents.GetAsync((await cart.LedgerAsync())[0].PaymentIntent);
        Assert.Equal("ada@example.com", intent.ReceiptEmail);
        // The provider has it: it is forgotten here.
        Assert.Equal(0, await host.ScalarAsync<long>("SELECT COUNT(*) FROM payment_attempts WHERE receipt_email IS NOT NULL"));
        var row = await cart.ReadAsync();
        Assert.Equal((row.OrderNumber, cart.Sale, row.PublicId.ToString(), "PHONE"), (intent.Metadata["order"],
            intent.Metadata["sale"], intent.Metadata["reservation"], intent.StatementDescriptorSuffix));
    }

    [Fact]
    public async Task The_audit_knows_a_cancelled_authorisation_from_money_that_went_back()
    {
        await using var host = await PaymentsHost.StartAsync();
        var cart = await host.CartAsync();
        Assert.Equal(202, await cart.PayStatusAsync(method: "pm_card_authenticationRequired"));
        await cart.MoveDeadlineAsync(-10);
        await cart.SweepAsync();
        await host.Simulator.EndChallengeAsync(
            (await cart.LedgerAsync())[0].PaymentIntent, FlashSale.PaymentSimulator.Money.Challenge.Pass);
        await host.SettleAsync(cart);
        Assert.True(Assert.Single(await cart.LedgerAsync()).Voided);
        Assert.Empty(await AuditAsync(host, cart));
    }

    [Fact]
    public async Task The_version_of_the_providers_API_is_pinned_sent_and_stated()
    {
        var version = Stripe.StripeConfiguration.ApiVersion;
        Assert.Contains($"`{version}`", await File.ReadAllTextAsync(Path.Combine(FlashSale.Local.Repository.Root, "docs/stripe.md")), StringComparison.Ordinal);
        await using var host = await PaymentsHost.StartAsync();
        var answer = await host.Simulator.Stripe.V1.PaymentIntents.ListAsync();
        Assert.Equal(version, answer.StripeResponse.Headers.GetValues("Stripe-Version").Single());
    }

    [Theory]
    [InlineData("sk_live_1", null, false)]
    [InlineData("rk_live_1", null, false)]
    [InlineData("rk_test_1", "pk_test_1", true)]
    [InlineData("sk_test_1", "sk_test_1", false)]
    public void A_live_key_restricted_or_not_and_a_secret_where_everyone_sees_it_are_refused(
        string secret, string? publishable, bool isFine)
    {
        var options = new FlashSale.Checkout.Payments.PaymentOptions
        {
            StripeApiBase = "https://api.stripe.com",
            StripeApiKey = secret,
            PublishableKey = publishable,
            WebhookSecret = "whsec_1",
        };
        Assert.Equal(isFine, !options.Validate(new(options)).Any());
        options.AllowLiveKey = true;
        Assert.Equal(publishable != secret, !options.Validate(new(options)).Any());
    }

    private static async Task<IReadOnlyList<string>> AuditAsync(PaymentsHost host, TestCart cart)
    {
        var catalog = await host.Services.GetRequiredService<SaleCatalog>().ReadAsync(default);
        var report = await host.Services.GetRequiredService<Auditor>()
            .AuditAsync(catalog.Sales[SaleId.Parse(cart.Sale)], provider: true, default);
        return [.. report.Violations.Where(violation => violation.Contains("captures", StringComparison.Ordinal)
            || violation.Contains("provider", StringComparison.Ordinal))];
    }
}
