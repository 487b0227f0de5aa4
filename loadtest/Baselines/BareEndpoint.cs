using Microsoft.Extensions.Primitives;

namespace FlashSale.Baselines;

/// <summary>Kestrel that answers every request with the same bytes.</summary>
internal static class BareEndpoint
{
    public static WebApplication Build(string[] args)
    {
        var builder = Program.Quiet(args);
        var bytes = File.ReadAllBytes(Program.Required(builder, "file"));
        var headers = File.ReadLines(Program.Required(builder, "headers")).Select(line => line.Split(": ", 2))
            .GroupBy(pair => pair[0], pair => pair[1])
            .Select(header => (header.Key, Values: new StringValues([.. header]))).ToArray();
        var status = builder.Configuration.GetValue("status", StatusCodes.Status200OK);
        var app = builder.Build();
        app.Run(context =>
        {
            var response = context.Response;
            response.StatusCode = status;
            foreach (var (name, values) in headers) response.Headers[name] = values;
            response.ContentLength = bytes.Length;
            bytes.CopyTo(response.BodyWriter.GetSpan(bytes.Length));
            response.BodyWriter.Advance(bytes.Length);
            return Task.CompletedTask;
        });
        return app;
    }
}
