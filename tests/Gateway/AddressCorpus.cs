using Xunit;

namespace FlashSale.Tests.Gateway;

/// <summary>
/// What follows the origin in addresses as shops, advertisers and servers write them, and the normal form in which each comes
/// back: itself, unless it has what a URL can't carry plainly.
/// </summary>
public static class AddressCorpus
{
    private static readonly string[] s_same =
    [
        "/", "/?", "/#", "/buy?", "/buy?a", "/buy?a=", "/buy?=b", "/buy?a=1&a=2", "/buy?&&a=1&",
        // Advertising.
        "/buy?utm_source=news&utm_medium=e-mail&utm_campaign=spring_sale%7Cde&utm_term=x%2By&utm_content=a%20b",
        "/buy?gclid=EAIaIQobChMI-_k~.8vh&gbraid=0AAAA*(x)!'&wbraid=1", "/buy?fbclid=IwAR0_a-b.c", "/buy?msclkid=0f1e2d",
        "/buy?ttclid=E.C.P.abc&li_fat_id=1-2-3&mc_eid=[UNIQID]&_hsenc=p2ANqtz-_x", "/buy?irclickid=~a~b&srsltid=AfmBOo+x+y",
        "/buy?_ga=2.1.2.3-4.5&_gl=1*abc*_ga*MTIz*_up*MQ..", "/buy?s_kwcid=AL!1!3!2!e!!g!!x&ef_id=a:G:s", "/buy?tag=a,b;c=d",
        // Sessions.
        "/buy;jsessionid=0A1B.node1?x=1", "/a;v=1/b;w=2,3/c", "/buy?PHPSESSID=abc&sid=%7B1-2%7D", "/(S(abc))/buy.aspx",
        // Encoded, twice encoded, and half encoded.
        "/50%25-off", "/%7Ejohn/~jane", "/AC%2FDC/T%2fN%2FT", "/a%20b/c+d", "/caf%C3%A9/%E3%81%82", "/100%2520%25", "/a%252Fb",
        "/caf%E9", "/buy?next=https%3A%2F%2Fshop.example%2Fa%3Fb%3Dc%26d", "/buy?next=https://other.example//x?y=z",
        "/buy?u=https%253A%252F%252Fx", "/buy?off=50%", "/buy?a=%zz&b=%C3", "/buy?q=%0A%00%0D", "/buy?json=%7B%22a%22:[1,2]%7D",
        // Odd but usual paths.
        "/shop//buy", "/buy//", "/a/b.html", "/.well-known/x", "/Acme-Inc.", "/a..b/c...", "/@user/$x/!y/*z", "/buy:1", "/a=b&c",
        "/buy/", "/BUY/Me", "/%41%62c", "/a%3Bb", "/a%5Cb", "/search'x'(1)",
        // Fragments.
        "/buy#red", "/buy?a=1#/route/2?x=y&z", "/buy#!/x", "/buy#a#b", "/buy#:~:text=from,-to",
        // The admission of another page.
        "/buy?x=admission", "/buy?admissions=1",
    ];

    private static readonly (string Written, string Normal)[] s_encoded =
    [
        ("/buy?utm_campaign=a|b", "/buy?utm_campaign=a%7Cb"), ("/buy?ids={1,2}", "/buy?ids=%7B1,2%7D"),
        ("/buy?x=^y`z", "/buy?x=%5Ey%60z"), ("/a|b/{id}/^/`", "/a%7Cb/%7Bid%7D/%5E/%60"), ("/buy#a|b`{}^", "/buy#a%7Cb%60%7B%7D%5E"),
        ("/buy?q=a b\"c'<d>", "/buy?q=a%20b%22c'%3Cd%3E"), ("/buy?path=C:\\x", "/buy?path=C:%5Cx"), ("/buy#\\", "/buy#%5C"),
        ("/50%-off", "/50%25-off"), ("/50%", "/50%25"), ("/caf\u00e9?\u3042=\u00fc", "/caf%C3%A9?%E3%81%82=%C3%BC"),
        ("/\ud83d\ude80?r=\ud83d\ude80#\ud83d\ude80", "/%F0%9F%9A%80?r=%F0%9F%9A%80#%F0%9F%9A%80"),
        ("/buy?x=\u202e\u200f", "/buy?x=%E2%80%AE%E2%80%8F"), ("/a b/c", "/a%20b/c"),
    ];

    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var same in s_same) all.Add(same, same);
        foreach (var (written, normal) in s_encoded) all.Add(written, normal);
        return all;
    }
}
