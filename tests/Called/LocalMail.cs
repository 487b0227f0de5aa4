namespace FlashSale.Tests.Called;

/// <summary>A mail that <see cref="LocalMailServer"/> has taken.</summary>
/// <param name="Link">The address in it.</param>
public sealed record LocalMail(string To, string Subject, string Text, string Id, string Link);
