namespace FlashSale.Tests.Payments;

internal sealed class CrashHandler(CrashSite site) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        site.Pass();
        var response = await base.SendAsync(request, cancellationToken);
        site.Pass();
        return response;
    }
}
