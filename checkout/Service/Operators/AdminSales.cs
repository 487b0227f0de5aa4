using FlashSale.Checkout.Access;
using FlashSale.Checkout.Http;
using FlashSale.Checkout.Payments;
using FlashSale.Checkout.Sales;
using FlashSale.Checkout.WaitingRooms;
using FlashSale.Contract;

namespace FlashSale.Checkout.Operators;

/// <summary>Sales as operators see and change them.</summary>
public sealed class AdminSales(
    SaleStore store, SaleCatalog catalog, UnitCounter counter, LineClient lines, PaymentDesk payments)
{
    public async Task<IResult> ChangeAsync(string sale, HttpContext context, bool create, CancellationToken cancel)
    {
        if (!SaleId.TryParse(sale, out var id)) return Problem.Malformed.Result("not a sale id");
        var (body, problem) = await JsonBody.ReadAsync(context.Request, cancel).ConfigureAwait(false);
        if (problem is not null) return problem;
        return await store.ChangeAsync(Operator.Of(context), id, body, create, cancel).ConfigureAwait(false) switch
        {
            SaleOutcome.Saved saved => await ViewAsync(saved.Row, saved.Created ? 201 : 200, cancel).ConfigureAwait(false),
            SaleOutcome.Invalid invalid =>
                Problem.Malformed.Result(string.Join("; ", invalid.Errors), extensions: ("errors", invalid.Errors)),
            SaleOutcome.NotPayable not => Problem.PriceNotPayable.Result(not.Reason),
            SaleOutcome.NotTheirs => Problem.NotAllowed.Result("The sale would be, or is, of another storefront."),
            SaleOutcome.InventoryInUse => Problem.InventoryInUse.Result(),
            _ => Problem.UnknownSale.Result(),
        };
    }

    public async Task<IResult> GetAsync(string sale, CancellationToken cancel) =>
        SaleId.TryParse(sale, out var id)
        && (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Sales.TryGetValue(id, out var row)
            ? await ViewAsync(row, 200, cancel).ConfigureAwait(false)
            : Problem.UnknownSale.Result();

    /// <summary>Those that the operator may see.</summary>
    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancel)
    {
        var who = Operator.Of(context);
        var sales = (await catalog.ReadAsync(cancel).ConfigureAwait(false)).Sales.Values
            .Where(row => who.MayReach(row.Sale.Storefront)).OrderByDescending(row => row.No);
        var counts = await counter.CountAsync(cancel).ConfigureAwait(false);
        // Without the line's numbers: a waiting room is not asked once for every sale.
        return Results.Json(new
        {
            sales = sales.Where(row => counts.ContainsKey(row.No))
                .Select(row => OperatorSaleView.Of(row.Sale, counts[row.No], line: null)).ToList(),
        }, Wire.Json);
    }

    private async Task<IResult> ViewAsync(SaleRow row, int status, CancellationToken cancel)
    {
        var line = lines.FindAsync(row.Sale.Id, cancel);
        var counts = await counter.CountAsync(cancel).ConfigureAwait(false);
        return Results.Json(
            OperatorSaleView.Of(
                row.Sale, counts[row.No], await line.ConfigureAwait(false),
                await payments.NumbersAsync(row.No, cancel).ConfigureAwait(false)), Wire.Json, statusCode: status);
    }
}
