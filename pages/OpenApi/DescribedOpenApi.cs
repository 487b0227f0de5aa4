using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace FlashSale.Pages.OpenApi;

/// <summary>An OpenAPI document from <see cref="RouteDescription"/>s.</summary>
public static partial class DescribedOpenApi
{
    private const string ProblemSchema = "Problem";

    /// <summary>Registers the document; <c>MapOpenApi</c> serves it.</summary>
    public static IServiceCollection AddDescribedOpenApi(
        this IServiceCollection services, string name, string title, IReadOnlyList<RouteDescription> routes) =>
        services.AddOpenApi(name, options =>
        {
            options.ShouldInclude = _ => false;
            options.AddDocumentTransformer(async (document, context, cancel) =>
            {
                document.Info = new OpenApiInfo { Title = title, Version = "1" };
                document.Servers = [];
                AddSecurity(document);
                document.AddComponent(ProblemSchema,
                    await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancel).ConfigureAwait(false));
                foreach (var type in Types(routes))
                {
                    var schema = await context.GetOrCreateSchemaAsync(type, null, cancel).ConfigureAwait(false);
                    MarkNullable(schema, type);
                    document.AddComponent(type.Name, schema);
                }
                foreach (var route in routes) Add(document, route);
            });
        });

    /// <summary>An object that may be null, which the generator shows as one that may not.</summary>
    private static void MarkNullable(IOpenApiSchema schema, Type type)
    {
        var nullability = new NullabilityInfoContext();
        foreach (var property in type.GetProperties())
        {
            if (schema.Properties?.TryGetValue(JsonNamingPolicy.CamelCase.ConvertName(property.Name), out var found) is not true
                || found is not OpenApiSchema member) continue;
            if (nullability.Create(property).ReadState is NullabilityState.Nullable) member.Type |= JsonSchemaType.Null;
            if (member.Items is { } items) MarkNullable(items, property.PropertyType.GetGenericArguments()[0]);
            else if (member.Properties is { Count: > 0 }) MarkNullable(member, property.PropertyType);
        }
    }

    private static IEnumerable<Type> Types(IEnumerable<RouteDescription> routes) => routes
        .SelectMany(route => route.Answers.Select(answer => answer.Body).Append(route.Body))
        .OfType<Type>().Distinct().OrderBy(type => type.Name, StringComparer.Ordinal);

    private static void Add(OpenApiDocument document, RouteDescription route)
    {
        document.Paths ??= [];
        if (!document.Paths.TryGetValue(route.Path, out var item)) document.Paths.Add(route.Path, item = new OpenApiPathItem());
        var operation = new OpenApiOperation
        {
            Summary = route.Words,
            OperationId = $"{route.Method.ToLowerInvariant()}{Words().Replace(route.Path, "-")}".TrimEnd('-'),
            Tags = route.Tag.Length == 0 ? null
                : new HashSet<OpenApiTagReference> { new(route.Tag, document) },
            Parameters = [.. Parameters(route)],
            Responses = Responses(document, route),
            RequestBody = route.Body is null ? null : new OpenApiRequestBody { Content = Json(document, route.Body.Name) },
            Security = Security(document, route.Caller),
        };
        ((OpenApiPathItem)item).AddOperation(new HttpMethod(route.Method), operation);
    }

    private static IEnumerable<IOpenApiParameter> Parameters(RouteDescription route)
    {
        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        foreach (Match name in PathNames().Matches(route.Path))
            yield return new OpenApiParameter
            {
                Name = name.Groups[1].Value,
                In = ParameterLocation.Path,
                Required = true,
                Schema = text,
            };
        foreach (var input in route.Inputs)
            yield return new OpenApiParameter
            {
                Name = input.Name,
                Description = input.Words,
                In = input.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Required = input.Required,
                Schema = text,
            };
    }

    private static OpenApiResponses Responses(OpenApiDocument document, RouteDescription route)
    {
        var responses = new OpenApiResponses();
        foreach (var answer in route.Answers)
            responses.Add(Text(answer.Status), new OpenApiResponse
            {
                Description = answer.Words,
                Content = answer switch
                {
                    { Media: { } media } => new Dictionary<string, OpenApiMediaType> { [media] = new OpenApiMediaType() },
                    { Body: { } body } => Json(document, body.Name),
                    _ => null,
                },
            });
        foreach (var problems in route.Problems.GroupBy(problem => problem.Status).OrderBy(group => group.Key))
        {
            var codes = string.Join(", ", problems.Select(problem => $"`{problem.Code}`"));
            responses[Text(problems.Key)] = new OpenApiResponse
            {
                Description = codes,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(ProblemSchema, document),
                    },
                },
            };
        }

        return responses;
    }

    private static Dictionary<string, OpenApiMediaType> Json(OpenApiDocument document, string schema) => new()
    {
        ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(schema, document) },
    };

    private static void AddSecurity(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes["ticket"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "Authorization",
            Description = "`Ticket …`, or the cookie `fs-ticket-{sale}`; the header wins.",
        };
        document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The admission token (or the cookie `fs-admission-{sale}`), a storefront's or the operators' API key.",
        };
    }

    private static List<OpenApiSecurityRequirement>? Security(OpenApiDocument document, Caller caller) => caller switch
    {
        Caller.Anyone => null,
        Caller.Ticket => [new() { [new OpenApiSecuritySchemeReference("ticket", document)] = [] }],
        _ => [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }],
    };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex Words();

    [GeneratedRegex("\\{([A-Za-z]+)\\}")]
    private static partial Regex PathNames();

    /// <summary>RFC 9457 with the stable code.</summary>
    private sealed record ProblemBody(string Type, string Title, int Status, string Code, string? Detail);
}
