using FlashSale.Contract;

namespace FlashSale.Pages.OpenApi;

/// <summary>
/// A route of the HTTP contract, for its OpenAPI document. Routes on hot paths are plain delegates that no framework could
/// describe; a test compares the descriptions with what is mapped.
/// </summary>
public sealed record RouteDescription(string Method, string Path, string Words, Caller Caller = Caller.Anyone)
{
    /// <summary>The JSON body that it takes.</summary>
    public Type? Body { get; init; }
    public IReadOnlyList<AnswerDescription> Answers { get; init; } = [];
    public IReadOnlyList<Problem> Problems { get; init; } = [];
    public IReadOnlyList<InputDescription> Inputs { get; init; } = [];

    /// <summary>The group under which it is shown.</summary>
    public string Tag { get; init; } = "";
}
