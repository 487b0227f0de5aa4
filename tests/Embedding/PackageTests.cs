using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

using FlashSale.Conformance;
using FlashSale.Local;
using FlashSale.Local.Processes;
using FlashSale.Tests.Support;

using Xunit;

namespace FlashSale.Tests.Embedding;

/// <summary>The package as a stranger gets it: packed, restored into an application that knows nothing of this repository.</summary>
public sealed class PackageTests
{
    private const string Sale = "xphone";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    [Fact]
    public async Task A_fresh_application_adopts_the_package_with_its_readmes_nine_lines_and_conforms()
    {
        var program = ReadmeProgram();
        Assert.InRange(program.Split('\n').Length, 1, 9);
        var folder = Directory.CreateTempSubdirectory("flashsale-package-").FullName;
        var system = await TestSystem.SharedAsync();
        var (storefront, url) = (Unique.Name("shop"), $"http://127.0.0.1:{FreePort.Next()}");
        var key = await RegisterAsync(system, storefront, url);
        var sale = await system.SaleAsync(new
        {
            name = "A phone",
            inventory = 200,
            price = new { amount = 99_900, currency = "usd" },
            storefront,
        });

        await BuildAsync(folder, program.Replace("https://line.example", system.EdgeUrls[0], StringComparison.Ordinal)
            .Replace("my-shop", storefront, StringComparison.Ordinal).Replace(Sale, sale, StringComparison.Ordinal));
        await using (var app = await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet, [Path.Combine(folder, "app/out/app.dll")], Path.Combine(folder, "app.log"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = url,
                ["WaitingRoom__ApiKey"] = key,
            })))
        {
            using var http = new HttpClient();
            await WaitFor.TrueAsync(() => AnswersAsync(http, url, app), "the application answers");

            var results = await ConformanceRun.RunAsync(new Uri(url + "/buy"), sale, null, crowd: 20, Cancel);

            Assert.True(results.All(result => result.Outcome != CheckOutcome.Fail), string.Join('\n', results));
            Assert.True(results.Count(result => result.Outcome == CheckOutcome.Pass) >= 17, string.Join('\n', results));
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The first C# block of the package's README.</summary>
    private static string ReadmeProgram()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "waitingroom/Admission/README.md"));
        return readme.Split("```csharp\n")[1].Split("```")[0].Trim();
    }

    private static async Task<string> RegisterAsync(TestSystem system, string storefront, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/admin/storefronts/{storefront}")
        {
            Content = JsonContent.Create(new { name = "A fresh shop", returnOrigins = new[] { origin } }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", system.Secrets.AdminKey);
        using var answer = await system.Edge.SendAsync(request, Cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("apiKey").GetString()!;
    }

    // What the package needs of others is in this machine's package folder, since the repository was built: no network.
    private static async Task BuildAsync(string folder, string program)
    {
        var version = $"1.0.0-test.{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var known = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        await DotNetAsync(folder, known, "pack", Path.Combine(Repository.Root, "waitingroom/Admission/FlashSale.Admission.csproj"),
            "--no-build", "-c", Configuration, "-o", Path.Combine(folder, "feed"), $"-p:PackageVersion={version}");
        var app = Directory.CreateDirectory(Path.Combine(folder, "app")).FullName;
        await File.WriteAllTextAsync(Path.Combine(app, "Program.cs"), program, Cancel);
        await File.WriteAllTextAsync(Path.Combine(app, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="local" value="{folder}/feed" /></packageSources>
              <fallbackPackageFolders><clear /><add key="machine" value="{known}" /></fallbackPackageFolders>
            </configuration>
            """, Cancel);
        await File.WriteAllTextAsync(Path.Combine(app, "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="FlashSale.Admission" Version="{version}" /></ItemGroup>
            </Project>
            """, Cancel);
        await DotNetAsync(folder, Path.Combine(folder, "packages"), "build", app, "-o", Path.Combine(app, "out"), "-p:UseSharedCompilation=false");
    }

    // No build server stays behind.
    private static async Task DotNetAsync(string folder, string packages, params string[] arguments)
    {
        await using var dotnet = await ChildProcess.StartAsync(new ChildStart(
            Repository.DotNet, [.. arguments, "-v", "q", "-nologo", "-nr:false"], Path.Combine(folder, "dotnet.log"),
            new Dictionary<string, string>
            {
                ["NUGET_PACKAGES"] = packages,
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            }));
        await dotnet.Exited.WaitAsync(s_patience, Cancel);
        Assert.True(dotnet.ExitCode == 0, dotnet.LogTail());
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string url, ChildProcess app)
    {
        if (app.HasExited) throw new InvalidOperationException(app.LogTail());
        try
        {
            await http.GetAsync(url, Cancel);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
