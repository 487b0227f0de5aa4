namespace FlashSale.Tests.Operate.Support;

/// <summary>One key of the configuration.</summary>
/// <param name="Services">Who reads it.</param>
/// <param name="Default">As written in a configuration; null when there is none.</param>
public sealed record Setting(string Key, IReadOnlyList<string> Services, string? Default, bool IsRequired,
    string Text)
{
    public string Section => Key.Split(':')[0];
}
