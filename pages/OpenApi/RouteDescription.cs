using FlashSale.Contract;

namespace FlashSale.Pages.OpenApi;

/// <summary>Who may call a route.</summary>
public enum Caller
{
    Anyone,

    /// <summary>The shopper's ticket, by cookie or <c>Authorization: Ticket</c>.</summary>
    Ticket,

    /// <summary>The shopper's admission, by cookie or <c>Authorization: Bearer</c>.</summary>
    Admission,

    /// <summary>A storefront's API key.</summary>
    Storefront,

    /// <summary>Either of the two.</summary>
    AdmissionOrStorefront,

    /// <summary>The operators' API key.</summary>
    Operator,
}

/// <summary>One answer that is no problem.</summary>
/// <param name="Body">Its JSON; null without one.</param>
/// <param name="Media">What it is when it is no JSON: <c>text/csv</c>.</param>
public sealed record AnswerDescription(int Status, string Words, Type? Body = null, string? Media = null);

/// <summary>A parameter of the query, or a header.</summary>
public sealed record InputDescription(string Name, string Words, bool Required = false, bool IsHeader = false);

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
