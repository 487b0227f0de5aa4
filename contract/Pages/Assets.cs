using System.Reflection;
using System.Text;

using NUglify;

namespace FlashSale.Contract.Pages;

/// <summary>Embedded files of the pages, found by file name (<c>LogicalName="%(Filename)%(Extension)"</c>).</summary>
public static class Assets
{
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

    /// <summary>
    /// A stylesheet or script without indentation, blank lines and comments that fill a line: what a reader of the source
    /// needs and a phone does not. Such files don't use template literals over several lines.
    /// </summary>
    public static string Squeezed(Assembly assembly, string name)
    {
        var squeezed = new StringBuilder();
        foreach (var line in Text(assembly, name).AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed.StartsWith("//") || (trimmed.StartsWith("/*") && trimmed.EndsWith("*/")))
                continue;
            squeezed.Append(trimmed).Append('\n');
        }

        return squeezed.ToString();
    }

    /// <summary>A page's script, of one or more files, after what all scripts share, in a scope of their own; minified.</summary>
    /// <exception cref="FormatException">It is not a script.</exception>
    public static string Script(Assembly assembly, params ReadOnlySpan<string> names)
    {
        var script = new StringBuilder("(function(){'use strict';\n").Append(s_common);
        foreach (var name in names) script.Append(Squeezed(assembly, name));
        var small = Uglify.Js(script.Append("})();").ToString());
        return small.HasErrors
            ? throw new FormatException($"{names[0]}: {string.Join("; ", small.Errors)}")
            : small.Code;
    }

    private static readonly string s_common = Squeezed(typeof(Assets).Assembly, "common.js");

    /// <summary>The shared look: colours, type, buttons, notices.</summary>
    public static string BaseStyle { get; } = Squeezed(typeof(Assets).Assembly, "base.css");
}
