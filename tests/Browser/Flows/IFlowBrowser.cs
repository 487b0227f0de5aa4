namespace FlashSale.Tests.Browser.Flows;

/// <summary>A browser with cookies of its own: the little that the flows need, the same in each engine.</summary>
internal interface IFlowBrowser : IAsyncDisposable
{
    Task GoAsync(Uri url);

    Task BackAsync();

    Task ReloadAsync();

    /// <summary>Another tab in front, in which the flow goes on.</summary>
    Task OpenTabAsync(Uri url);

    /// <summary>Goes on in the tab, counted from 0 as they were opened.</summary>
    Task ShowTabAsync(int tab);

    /// <summary>What an expression is in the page, as text; null while there is no page to ask, as between two.</summary>
    Task<string?> AskAsync(string expression);
}
