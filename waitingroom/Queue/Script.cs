using System.Security.Cryptography;
using System.Text;

namespace FlashSale.Queue;

/// <summary>A Lua script of this assembly, one a file; its header says what it takes and returns.</summary>
public sealed class Script
{
    private Script(string name)
    {
        Name = name;
        Text = Prelude + Read(name);
#pragma warning disable CA5350 // EVALSHA names a script by its SHA-1.
        Hash = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Text)));
#pragma warning restore CA5350
    }

    public static Script Join { get; } = new("join");
    public static Script Status { get; } = new("status");
    public static Script Leave { get; } = new("leave");
    public static Script Report { get; } = new("report");
    public static Script Lease { get; } = new("lease");
    public static Script Publish { get; } = new("publish");
    public static Script Wake { get; } = new("wake");
    public static Script Begin { get; } = new("begin");
    public static Script Open { get; } = new("open");
    public static Script Look { get; } = new("look");
    public static Script Admit { get; } = new("admit");
    public static Script Settle { get; } = new("settle");
    public static Script Claim { get; } = new("claim");
    public static Script Alive { get; } = new("alive");
    public static Script Count { get; } = new("count");
    public static Script Calls { get; } = new("calls");
    public static Script Ask { get; } = new("ask");
    public static Script Due { get; } = new("due");
    public static Script Told { get; } = new("told");
    public static Script Move { get; } = new("move");
    public static Script Moved { get; } = new("moved");
    public static Script Spend { get; } = new("spend");

    /// <summary>What stands before every script.</summary>
    public static string Prelude => field ??= Read("prelude");

    public string Name { get; }

    public string Text { get; }

    /// <summary>Its SHA-1 in hex.</summary>
    public string Hash { get; }

    private static string Read(string name)
    {
        using var stream = typeof(Script).Assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"no script {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
