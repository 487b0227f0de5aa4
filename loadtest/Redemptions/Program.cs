using System.Globalization;
using System.Text.Json;

using FlashSale.Contract;

namespace FlashSale.Redemptions;

/// <summary>
/// <c>FlashSale.Redemptions ROUNDS SECONDS FILE</c>: the ledger's redemptions beside two usual ways to take a unit, in a
/// process of their own. The database is named by the environment (<see cref="Database"/>), since a process list would show
/// its password; the file gets the results as JSON.
/// </summary>
public static class Program
{
    /// <summary>The variable with the connection string of a server that nothing else uses, empty.</summary>
    private const string Database = "REDEMPTIONS_MYSQL";

    public static async Task<int> Main(string[] args)
    {
        if (args is not [var rounds, var seconds, var file] || Environment.GetEnvironmentVariable(Database) is not { } mySql)
        {
            await Console.Error.WriteLineAsync($"usage: {Database}=… FlashSale.Redemptions ROUNDS SECONDS FILE")
                .ConfigureAwait(false);
            return 2;
        }

        var bench = new RedeemBench(
            mySql, int.Parse(rounds, CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
        var results = await bench.RunAsync().ConfigureAwait(false);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(results, Wire.Json)).ConfigureAwait(false);
        return 0;
    }
}
