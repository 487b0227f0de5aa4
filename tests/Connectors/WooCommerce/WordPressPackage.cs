using System.Security.Cryptography;

using FlashSale.Local;
using FlashSale.Tests.Support;

using MySqlConnector;

namespace FlashSale.Tests.Connectors.WooCommerce;

/// <summary>
/// connectors/woocommerce, uploaded as its zip to a WordPress with a database of its own. WooCommerce itself can't be had here:
/// a stand-in fires its hooks.
/// </summary>
public sealed class WordPressPackage : ConnectorPackage
{
    /// <summary>Debian's, which several sites share.</summary>
    private const string Core = "/usr/share/wordpress";

    private static readonly string[] s_shared = ["wp-admin", "wp-includes"];
    private static readonly string[] s_salts =
        ["AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT"];

    private static readonly string s_standIn = Path.Combine(Repository.Root, "tests/Connectors/WooCommerce/stand-in");

    /// <summary>What the shops' servers show.</summary>
    public string Site => Path.Combine(Folder, "site");

    /// <summary>What PHP has to complain about in any of them.</summary>
    public string Complaints => Path.Combine(Folder, "debug.log");

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        var content = Path.Combine(Site, "wp-content");
        Copy(Core, Site, file => !file.StartsWith("wp-config", StringComparison.Ordinal));
        foreach (var shared in s_shared) Directory.CreateSymbolicLink(Path.Combine(Site, shared), Path.Combine(Core, shared));
        Copy(s_standIn, Path.Combine(content, "plugins/woocommerce"), file => file != "install.php");
        Copy(Path.Combine(s_standIn, "theme"), Path.Combine(content, "themes/plain"), _ => true);
        await File.WriteAllTextAsync(Path.Combine(Site, "wp-config.php"), await ConfigurationAsync());
        await ConnectorShop.RunAsync(Folder, "bash", Path.Combine(ConnectorShop.Package("woocommerce"), "package"), Folder);
        await ConnectorShop.RunAsync(Folder, "php", Path.Combine(s_standIn, "install.php"), Site, Path.Combine(Folder, "flashsale-waiting-room.zip"));
        File.Delete(Complaints);
    }

    private static void Copy(string from, string to, Func<string, bool> isWanted)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from).Where(file => isWanted(Path.GetFileName(file))))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    // What differs between the shops is in their environment.
    private async Task<string> ConfigurationAsync()
    {
        var database = new MySqlConnectionStringBuilder(await TestMariaDb.CreateDatabaseAsync());
        var salts = s_salts.Select(name => $"define('{name}', '{RandomNumberGenerator.GetHexString(64)}');");
        return $$"""
            <?php
            define('DB_NAME', '{{database.Database}}');
            define('DB_USER', '{{database.UserID}}');
            define('DB_PASSWORD', '{{database.Password}}');
            define('DB_HOST', '{{database.Server}}:{{database.Port}}');
            define('DB_CHARSET', 'utf8mb4');
            define('DB_COLLATE', '');
            {{string.Join('\n', salts)}}
            define('WP_HOME', getenv('ORIGIN') ?: 'http://shop.example');
            define('WP_SITEURL', WP_HOME);
            define('UPLOADS', 'wp-content/uploads-' . (getenv('PORT') ?: '0'));
            define('FS_METHOD', 'direct');
            define('DISABLE_WP_CRON', true); // A test calls wp-cron.php, as a merchant's crontab does.
            define('WP_HTTP_BLOCK_EXTERNAL', true);
            define('WP_DEBUG', true);
            define('WP_DEBUG_DISPLAY', false);
            define('WP_DEBUG_LOG', '{{Complaints}}');
            foreach (['EDGE', 'EDGE_FROM_SERVER', 'STOREFRONT', 'API_KEY', 'REDEEM_ON_ARRIVAL'] as $name) {
                define("FLASHSALE_$name", getenv($name) ?: '');
            }
            $table_prefix = 'wp_';
            defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
            require_once ABSPATH . 'wp-settings.php';
            """;
    }
}
