namespace FlashSale.Tests.Embedding;

/// <summary>The one rule of docs/embedding.md that a <see cref="ReferenceShop"/> breaks.</summary>
internal enum BrokenRule
{
    None,

    // To the line.
    ReturnsToTheFrontPage,
    DropsTheQuery,
    SendsTheTokenToTheLine,
    SendsLongAddresses,
    AnswersScriptsInPlainJson,
    HidesTheLineUrlHeader,
    ReturnsScriptsToTheRequest,
    RedirectsScripts,
    RedirectsPosts,
    QueuesPreflights,
    OpensByExtension,
    SignsEnqueueTokensForADay,
    SendsRelativeReturnUrls,

    // Back with an admission.
    OpensToNobody,
    RedirectsForEver,
    RedirectsRelatively,
    LetsCachesKeepTheToken,
    SendsTheTokenAsReferrer,
    ForgetsTheCookie,
    LetsCachesKeepThePage,
    ShowsTheCookieToScripts,
    SendsTheCookieFromOtherSites,
    SendsTheCookieInTheClear,
    EndsTheCookieInADay,
    SignsNoCookie,
    LetsABadTokenThrowOut,
    KeepsTheOldCookie,
    MakesTheTokenTheCookie,
    LetsTheCookieOutliveTheAdmission,
    BouncesForEver,

    // The token.
    VerifiesNoSignature,
    TakesUnsigned,
    ConfusesKeys,
    TrustsUnknownKids,
    FallsOverGarbage,
    TriesEveryKey,
    IgnoresExp,
    IgnoresNbf,
    AllowsAMinuteOfSkew,
    AllowsAMinuteAhead,
    IgnoresAud,
    IgnoresSale,
    IgnoresIss,
    TakesMissingClaims,
    TakesAnySize,

    // Once.
    AcceptsTwice,
    KnowsTokensByTheirSignature,
    ChecksAndThenRemembers,
    ForgetsUsedTokens,

    // The unit.
    RedeemsLater,
    IgnoresThatItIsOver,
    WaitsForTheEdge,
    MixesUpShoppers,

    // Keys.
    NeverFetchesAgain,
    FetchesForEveryToken,
    DropsKeysWithTheEdge,
    KeepsRevokedKeys,
    KeepsCookiesOfRevokedKeys,
}
