using System.Reflection;
using System.Text;

using NUglify;
using NUglify.Css;
using NUglify.Html;
using NUglify.JavaScript;
using NUglify.JavaScript.Syntax;

namespace FlashSale.Pages;

/// <summary>Embedded files of the pages, found by file name (<c>LogicalName="%(Filename)%(Extension)"</c>).</summary>
public static class Assets
{
    /// <summary>How a script writes and reads prices, for pages that have some. They pass <c>currencies</c> in their config.</summary>
    public const string Money = "money.js";

    /// <exception cref="FileNotFoundException">The assembly doesn't embed it.</exception>
    public static Stream Open(Assembly assembly, string name)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"{name} is not embedded in {assembly.GetName().Name}");
    }

    public static byte[] Bytes(Assembly assembly, string name)
    {
        using var stream = Open(assembly, name);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static string Text(Assembly assembly, string name) => Encoding.UTF8.GetString(Bytes(assembly, name));

    /// <summary>Markup without indentation and blank lines: what a reader of the source needs and a phone does not.</summary>
    public static string Markup(Assembly assembly, string name)
    {
        var lines = Text(assembly, name).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', lines);
    }

    /// <summary>Stylesheets after what all pages share; minified.</summary>
    /// <exception cref="FormatException">It is not a stylesheet.</exception>
    public static string Style(Assembly assembly, string name)
    {
        var style = Text(typeof(Assets).Assembly, "base.css") + Text(assembly, name);
        return Small(Uglify.Css(style, new CssSettings { CommentMode = CssComment.None }), name);
    }

    /// <summary>
    /// A page's script, of one or more files (its own, or of those here), after what all scripts share, in a scope of their own;
    /// minified.
    /// </summary>
    /// <exception cref="FormatException">It is not a script, or two of its files declare the same name.</exception>
    public static string Script(Assembly assembly, params ReadOnlySpan<string> names)
    {
        var script = new StringBuilder(Text(typeof(Assets).Assembly, "common.js"));
        foreach (var name in names) script.Append(Text(name is Money ? typeof(Assets).Assembly : assembly, name));
        return SmallScript(script.ToString(), names[0]);
    }

    /// <summary>What the files of a script say together, in a scope of their own; minified.</summary>
    /// <param name="script">One after another.</param>
    /// <param name="name">What it is called where it is refused.</param>
    /// <exception cref="FormatException">It is not a script, or declares a name twice.</exception>
    public static string SmallScript(string script, string name)
    {
        script = $"(function(){{'use strict';\n{script}}})();";
        var small = Small(Uglify.Js(script), name);
        // A second var or function takes the first one's place without a word: who wrote one file does not see the other's names.
        return Twice(script) is { Length: > 0 } twice
            ? throw new FormatException($"{name}: declared twice in the scope that its files share: {string.Join(", ", twice)}")
            : small;
    }

    /// <summary>The names that a function which is the whole script declares more than once, not those within other functions.</summary>
    private static string[] Twice(string script)
    {
        var scope = Outermost(new JSParser().Parse(script, new CodeSettings { MinifyCode = false })).EnclosingScope;
        return [.. scope.VarDeclaredNames.Concat(scope.LexicallyDeclaredNames).GroupBy(one => one.Name, StringComparer.Ordinal)
            .Where(one => one.Skip(1).Any()).Select(one => one.Key).Order(StringComparer.Ordinal)];
    }

    private static FunctionObject Outermost(AstNode node) => node as FunctionObject ?? Outermost(node.Children.First());

    /// <summary>A document without what HTML lets one leave out; its styles and scripts are small already.</summary>
    public static string SmallHtml(string html) => Small(Uglify.Html(html, s_html), "html");

    private static readonly HtmlSettings s_html = new()
    {
        MinifyCss = false,
        MinifyCssAttributes = false,
        MinifyJs = false,
        MinifyJsAttributes = false,
    };

    private static string Small(UglifyResult result, string name) => result.HasErrors
        ? throw new FormatException($"{name}: {string.Join("; ", result.Errors)}")
        : result.Code;
}
