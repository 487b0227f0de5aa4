using System.Text.Json.Nodes;

using FlashSale.PaymentSimulator.Money;

namespace FlashSale.PaymentSimulator.Intents;

/// <summary><c>expand</c>: an id in an answer is replaced by the object.</summary>
public static class Expansion
{
    /// <summary>The answer with what was asked for, or an error when that can't be expanded.</summary>
    /// <param name="find">An intent by its id.</param>
    public static StripeAnswer Apply(StripeAnswer answer, IEnumerable<string?> paths, Func<string, Intent?> find)
    {
        var wanted = paths.OfType<string>().ToList();
        if (wanted.Count == 0 || answer.Status != 200) return answer;
        var json = JsonNode.Parse(answer.Body)!.AsObject();
        foreach (var path in wanted)
        {
            var inList = path.StartsWith("data.", StringComparison.Ordinal);
            var field = inList ? path["data.".Length..] : path;
            var objects = inList ? json["data"]?.AsArray().Select(one => one!.AsObject()).ToList() : [json];
            if (objects is null || field is not ("latest_charge" or "payment_method" or "payment_intent" or "charge"))
                return CannotExpand(path);
            foreach (var one in objects)
            {
                if (!one.ContainsKey(field)) return CannotExpand(path);
                Expand(one, field, find);
            }
        }

        return answer with { Body = json.ToJsonString() };
    }

    private static void Expand(JsonObject one, string field, Func<string, Intent?> find)
    {
        if ((string?)one[field] is not { } id) return;
        var of = (string?)one["object"] == "payment_intent" ? (string?)one["id"] : (string?)one["payment_intent"];
        if (of is null || find(of) is not { } intent) return;
        one[field] = field switch
        {
            "payment_method" => StripeJson.OfMethod(id, id, intent.Created),
            "payment_intent" => StripeJson.Of(intent),
            _ => StripeJson.OfCharge(intent),
        };
    }

    private static StripeAnswer CannotExpand(string path) => StripeAnswer.Problem(400, "invalid_request_error", null,
        $"This property cannot be expanded ({path}).", saved: false, "expand");
}
