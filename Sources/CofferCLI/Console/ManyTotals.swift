import FileIO

/// What a verb over many files came to.
struct ManyTotals {
    var doneCount: UInt64 = 0
    var alreadyCount: UInt64 = 0
    /// Found, and passed over by the rules of the verb.
    var leftOutCount: UInt64 = 0
    var plaintextByteCount: UInt64 = 0
    var containerByteCount: UInt64 = 0
    var hasWarning = false

    /// - Parameters:
    ///   - done: "encrypted"
    ///   - leftOut: what was passed over, in words
    func show(
        _ console: Console, verb: String, done: String, leftOut: String, batch: TreeBatch
    ) throws(FileError) {
        let failureCount = batch.failureCount
        let count = doneCount + alreadyCount + failureCount
        var text = "\(count) files: \(doneCount) \(done), \(alreadyCount) already so, "
        text += "\(failureCount) failed; \(ByteCount.text(plaintextByteCount)) of plaintext, "
        text += "\(ByteCount.text(containerByteCount)) of containers\n"
        if leftOutCount > 0 { text += "\(leftOutCount) left out: \(leftOut)\n" }
        try console.result(
            .object([
                ("verb", .text(verb)), ("event", .text("total")), ("files", .number(count)),
                ("done", .number(doneCount)), ("already_so", .number(alreadyCount)),
                ("failed", .number(failureCount)), ("left_out", .number(leftOutCount)),
                ("plaintext_bytes", .number(plaintextByteCount)),
                ("container_bytes", .number(containerByteCount)),
                ("other_file_systems", .list(batch.skipped.map(JSONValue.path))),
            ]), text: console.isQuiet ? "" : text)
    }
}
