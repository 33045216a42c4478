import FileIO

/// What a change of keys over trees came to.
struct RewrapTotals {
    var changedCount: UInt64 = 0
    var alreadyCount: UInt64 = 0

    /// Said last.
    func show(
        _ console: Console, failureCount: UInt64, skipped: [FilePath], isDryRun: Bool,
        isRevoking: Bool
    ) throws(FileError) {
        let done = isRevoking ? "re-encrypted" : "rewrapped"
        try console.result(
            .object([
                ("verb", .text("rewrap")), ("event", .text("total")), ("dry_run", .flag(isDryRun)),
                ("containers", .number(changedCount + alreadyCount + failureCount)),
                ("changed", .number(changedCount)), ("already_so", .number(alreadyCount)),
                ("failed", .number(failureCount)),
                ("other_file_systems", .list(skipped.map(JSONValue.path))),
            ]),
            text: console.isQuiet
                ? ""
                : "\(changedCount + alreadyCount + failureCount) containers: \(changedCount) "
                    + "\(isDryRun ? "would be " : "")\(done), \(alreadyCount) already so, "
                    + "\(failureCount) failed\n")
    }
}
