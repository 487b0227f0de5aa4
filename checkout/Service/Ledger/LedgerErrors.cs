using System.Net.Sockets;

using MySqlConnector;

namespace FlashSale.Checkout.Ledger;

/// <summary>What an error of the ledger means.</summary>
public static class LedgerErrors
{
    /// <summary>The statement may succeed when repeated at once.</summary>
    public static bool IsWorthRetrying(Exception error) =>
        IsLost(error)
        || error is MySqlException { ErrorCode: MySqlErrorCode.LockDeadlock or MySqlErrorCode.LockWaitTimeout };

    /// <summary>
    /// The connection broke. The client library throws the socket's own error when it finds a pooled connection dead,
    /// not a <see cref="MySqlException"/>.
    /// </summary>
    public static bool IsLost(Exception error) =>
        IsOfSocket(error) || (error is MySqlException && IsOfSocket(error.InnerException));

    /// <summary>Anything that a ledger that is down, slow or mistaken about may throw: for background work that goes on.</summary>
    public static bool IsOfLedger(Exception error) => error is MySqlException || IsOfSocket(error);

    /// <summary>The ledger cannot do it now (anything but a mistake in our SQL): answer 503.</summary>
    public static bool IsUnavailable(Exception error) => IsOfSocket(error) || error is MySqlException
    {
        ErrorCode: not (MySqlErrorCode.ParseError or MySqlErrorCode.BadFieldError or MySqlErrorCode.DataTooLong),
    };

    private static bool IsOfSocket(Exception? error) => error is IOException or SocketException;
}
