import Envelope
import FileIO
import KeyProviders

/// Which key versions are still needed, for people and for programs.
struct InventoryReport {
    private let roots: [FilePath]
    private let inventory: Inventory
    private let failureCount: UInt64
    private let skipped: [FilePath]
    private let lines: [(key: RecipientText, need: Inventory.Need)]

    init(
        _ roots: [FilePath], _ inventory: Inventory, failureCount: UInt64, skipped: [FilePath]
    ) {
        self.roots = roots
        self.inventory = inventory
        self.failureCount = failureCount
        self.skipped = skipped
        lines = inventory.needs.map { (RecipientText($0.key), $0.value) }
            .sorted {
                ($0.0.type, $0.0.key, $0.0.version) < ($1.0.type, $1.0.key, $1.0.version)
            }
    }

    var text: String {
        var text =
            "\(inventory.containerCount) containers, \(ByteCount.text(inventory.byteCount)); "
            + "UNVERIFIED: this is what the files say of themselves\n"
        if failureCount > 0 { text += "\(failureCount) more could not be read\n" }
        guard !lines.isEmpty else { return text }
        let heading = [
            "RECIPIENT", "SERVICE", "KEY", "VERSION", "FILES", "BYTES", "ONLY KEY OF",
        ]
        let rows = lines.map { line in
            [
                line.key.type, line.key.service, line.key.shortKey,
                line.key.version.isEmpty ? "-" : line.key.version,
                "\(line.need.fileCount)", ByteCount.text(line.need.byteCount),
                "\(line.need.onlyFileCount)",
            ]
        }
        return text + TextTable.lines([heading] + rows).map { "  \($0)\n" }.joined()
    }

    var json: JSONValue {
        .object([
            ("verb", .text("inspect")), ("recursive", .flag(true)),
            ("roots", .list(roots.map(JSONValue.path))), ("status", .text("UNVERIFIED")),
            ("containers", .number(inventory.containerCount)),
            ("container_bytes", .number(inventory.byteCount)),
            ("failed", .number(failureCount)),
            ("other_file_systems", .list(skipped.map(JSONValue.path))),
            (
                "keys",
                .list(
                    lines.map { line in
                        .object([
                            ("type", .text(line.key.type)), ("service", .text(line.key.service)),
                            ("key", .text(line.key.key)),
                            ("version", line.key.version.isEmpty ? .null : .text(line.key.version)),
                            ("files", .number(line.need.fileCount)),
                            ("bytes", .number(line.need.byteCount)),
                            ("only_files", .number(line.need.onlyFileCount)),
                            ("only_bytes", .number(line.need.onlyByteCount)),
                        ])
                    })
            ),
        ])
    }
}
