namespace FlashSale.Local.Servers;

/// <summary>A server program that is not installed; the message says what to install.</summary>
public sealed class MissingServerException(string program, string package, string? or = null) : Exception(
    $"{program} is not installed. On Debian or Ubuntu: apt-get install {package} (as root, ./flashsale does it){(or is null ? "" : ", " + or)}; "
    + "elsewhere install MariaDB 10.11+ or MySQL 8.4 and Redis 7+.");
