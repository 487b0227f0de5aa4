using System.Reflection;
using System.Text;

using NUglify;
using NUglify.Css;
using NUglify.Html;

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
    /// <exception cref="FormatException">It is not a script.</exception>
    public static string Script(Assembly assembly, params ReadOnlySpan<string> names)
    {
        var script = new StringBuilder("(function(){'use strict';\n").Append(Text(typeof(Assets).Assembly, "common.js"));
        foreach (var name in names) script.Append(Text(name is Money ? typeof(Assets).Assembly : assembly, name));
        return Small(Uglify.Js(script.Append("})();").ToString()), names[0]);
    }

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
