using FlashSale.Sample;

var builder = WebApplication.CreateBuilder(args);
builder.AddWaitingRoom(options => options.Shopper = Visitor.Name);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // addresses, which have tokens, stay out of logs
builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);

var app = builder.Build();
app.UseWaitingRoom();
app.MapGet("/", () => Page.Html("""<h1>The ASP.NET Core shop</h1><p><a href="/buy">Buy an XPhone</a>"""));
app.MapGet("/health/live", () => "ok");

var admitted = app.MapGroup("").RequireAdmission();
admitted.MapGet("/buy", Cart.ShowAsync);
admitted.MapPost("/pay", Cart.PayAsync);
admitted.MapPost("/give-back", Cart.GiveBackAsync);
app.Run();
