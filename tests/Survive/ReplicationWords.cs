using FlashSale.Local.Servers;

namespace FlashSale.Tests.Survive;

/// <summary>How a server is told to replicate so that an answer waits for the replica, however long: never for itself alone.</summary>
/// <param name="Follower">What the server calls a replica.</param>
/// <param name="Enable">On the primary, after all else that it does at its start.</param>
/// <param name="Primary">Arguments.</param>
/// <param name="Replica">Arguments.</param>
/// <param name="IsSynchronous">The status that is ON while answers wait.</param>
/// <param name="Follow">What the replica does at its start, a statement a line: of the primary's port, its account and its password.</param>
internal sealed record ReplicationWords(
    string Follower, string Enable, string[] Primary, string[] Replica, string IsSynchronous, Func<int, string, string, string> Follow)
{
    private const int PatienceMs = 60_000;

    private static readonly ReplicationWords s_mariaDb = new(
        "Slave",
        "SET GLOBAL rpl_semi_sync_master_enabled = ON;",
        [
            "--rpl-semi-sync-master-wait-point=AFTER_SYNC", $"--rpl-semi-sync-master-timeout={PatienceMs}",
            "--rpl-semi-sync-master-wait-no-slave=ON",
        ],
        ["--rpl-semi-sync-slave-enabled=ON"],
        "Rpl_semi_sync_master_status",
        (port, user, password) =>
            "GRANT SLAVE MONITOR ON *.* TO 'flashsale'@'127.0.0.1';\nSTOP SLAVE;\n"
            + $"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={port}, MASTER_USER='{user}', MASTER_PASSWORD='{password}', "
            + "MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1;\nSTART SLAVE;");

    private static readonly ReplicationWords s_mySql = new(
        "Replica",
        "SET GLOBAL rpl_semi_sync_source_enabled = ON;",
        [
            "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--plugin-load-add=semisync_source.so",
            "--loose-rpl-semi-sync-source-wait-point=AFTER_SYNC", $"--loose-rpl-semi-sync-source-timeout={PatienceMs}",
            "--loose-rpl-semi-sync-source-wait-no-replica=ON",
        ],
        [
            "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--plugin-load-add=semisync_replica.so",
            "--loose-rpl-semi-sync-replica-enabled=ON", "--skip-replica-start",
        ],
        "Rpl_semi_sync_source_status",
        (port, user, password) =>
            "GRANT REPLICATION CLIENT ON *.* TO 'flashsale'@'127.0.0.1';\n"
            + $"CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={port}, SOURCE_USER='{user}', SOURCE_PASSWORD='{password}', "
            + "SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1, SOURCE_CONNECT_RETRY=1;\nSTART REPLICA;");

    public static ReplicationWords OfTheLedger => ServerPrograms.Ledger().Installer is null ? s_mySql : s_mariaDb;
}
