namespace FlashSale.Simulator;

/// <summary>What can fail.</summary>
public enum FaultKind
{
    RoomPauses,
    RoomDies,
    EdgePauses,
    EdgeDies,

    /// <summary>Commands do not reach Redis from one process.</summary>
    RedisUnreachable,

    /// <summary>Redis runs the commands of one process, whose answers are lost.</summary>
    RedisAnswersLost,
    RedisSlow,
    RedisDies,

    /// <summary>Redis comes up without any data.</summary>
    RedisEmptied,

    /// <summary>Redis comes up with a copy of some seconds ago.</summary>
    RedisOldCopy,

    /// <summary>A replica that lags is promoted; it has another run id.</summary>
    RedisFailover,

    /// <summary>The lease is lost, and nothing else.</summary>
    LeaseLost,

    /// <summary>Statements begin, and commit only at the end of the fault.</summary>
    LedgerCommitsLate,

    /// <summary>Statements commit, and their answers are lost.</summary>
    LedgerAnswersLost,
    LedgerAway,
    LedgerSlow,

    /// <summary>Pulls of one waiting room get no answer.</summary>
    PullsLost,

    /// <summary>The ledger is put back to a state of some seconds ago.</summary>
    LedgerRestored,
    EdgeBoardLate,
}
