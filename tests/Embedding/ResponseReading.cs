using System.Web;

namespace FlashSale.Tests.Embedding;

/// <summary>How the tests read an answer.</summary>
internal static class ResponseReading
{
    public static Task<string> TextAsync(this HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();

    public static string Location(this HttpResponseMessage answer) => answer.Headers.GetValues("Location").Single();

    /// <summary>A parameter of the query, decoded once.</summary>
    public static string? Query(this string url, string name) => HttpUtility.ParseQueryString(new Uri(url).Query)[name];
}
