import Envelope
import FileIO

/// What is said of a finished encryption.
struct SealReport {
    let verb: String
    let source: FileName
    let target: FileName
    let summary: EncryptionSummary
    /// Of an archive.
    let memberCount: UInt64?

    init(
        verb: String, source: FileName, target: FileName, _ summary: EncryptionSummary,
        memberCount: UInt64? = nil
    ) {
        self.memberCount = memberCount
        self.verb = verb
        self.source = source
        self.target = target
        self.summary = summary
    }

    func show(_ console: Console, besideData: Bool) throws(FileError) -> Batch.Outcome {
        if summary.inputGrew {
            console.warning(
                "\(source.displayText) grew while it was read: what was added is not in "
                    + target.displayText,
                hints: ["encrypt it again when nobody writes to it"])
        }
        for missing in summary.missing {
            console.warning(
                "\(target.displayText) is without a recipient: "
                    + Failure(missing.reason, key: missing.name).message,
                hints: ["add it when that is mended: coffer rewrap --complete -k …"])
        }
        let ratio = ProgressMeter.ratio(summary.containerByteCount, summary.plaintextByteCount)
        console.detail(
            "\(source.displayText) to \(target.displayText): "
                + "\(ByteCount.text(summary.plaintextByteCount)) in, "
                + "\(ByteCount.text(summary.containerByteCount)) out, ratio \(ratio)"
                + (summary.levels.map { ", levels \($0.lowerBound) to \($0.upperBound)" } ?? ""))
        var members: [(String, JSONValue)] = [
            ("verb", .text(verb)), ("file", source.json), ("output", target.json),
            ("plaintext_bytes", .number(summary.plaintextByteCount)),
            ("container_bytes", .number(summary.containerByteCount)),
            ("input_grew", .flag(summary.inputGrew)),
        ]
        if let levels = summary.levels {
            members.append(
                (
                    "levels",
                    .list([
                        .number(UInt64(levels.lowerBound)), .number(UInt64(levels.upperBound)),
                    ])
                ))
        }
        if let memberCount { members.append(("members", .number(memberCount))) }
        if !summary.missing.isEmpty {
            members.append(("missing", .list(summary.missing.map { .text($0.name) })))
        }
        try console.result(.object(members), text: "", besideData: besideData)
        return summary.inputGrew ? .doneWithWarning : .done
    }
}
