import ContainerFormat
import Envelope
import FileIO
import KeyProviders

/// An inspection for people and for programs.
struct InspectionText {
    private let name: FileName
    private let found: InspectionReport
    private let recipients: [RecipientText]
    private let risk: String?

    init(_ name: FileName, _ found: InspectionReport, risk: String?) {
        self.risk = risk
        self.name = name
        self.found = found
        recipients = found.stanzas.map(RecipientText.init)
    }

    var text: String {
        var rows = [
            ["container", "version \(Version.container)\(found.isArmored ? ", armored" : "")"]
        ]
        if let count = found.containerByteCount {
            rows.append(["size", "\(ByteCount.text(count)) (\(count) bytes)"])
        }
        rows.append(["header", "\(found.headerByteCount) bytes"])
        rows.append([
            "chunks", "\(ByteCount.text(UInt64(found.preamble.chunkByteCount))) of plaintext each",
        ])
        rows.append(["flags", flags.isEmpty ? "none" : flags.joined(separator: ", ")])
        if let plaintext = plaintextByteCount, let total = found.containerByteCount {
            rows.append([
                "plaintext", "\(ByteCount.text(plaintext)) (\(plaintext) bytes)",
            ])
            rows.append(["overhead", "\(total - plaintext) bytes"])
        }
        for pair in found.context.pairs {
            rows.append(["context", "\(Escaped.bytes(pair.key))=\(Escaped.bytes(pair.value))"])
        }
        rows.append(["weakest link", weakestLink])
        rows.append([
            "post-quantum", isPostQuantum.map { $0 ? "yes" : "no" } ?? "not known",
        ])
        if let risk { rows.append(["risk", risk]) }
        if found.stanzas.contains(where: { $0.knownType == .batch }) {
            rows.append(["batch", "who opens it by a batch can open all of that batch"])
        }
        var lines = ["\(name.displayText): \(verdict)"]
        lines += TextTable.lines(rows).map { "  " + $0 }
        lines.append("  recipients")
        let table = recipients.map {
            [$0.type, $0.service, $0.key] + ($0.version.isEmpty ? [] : ["version \($0.version)"])
        }
        lines += TextTable.lines(table).map { "    " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    var json: JSONValue {
        .object([
            ("verb", .text("inspect")), ("file", name.json), ("verified", .flag(found.isVerified)),
            ("status", .text(found.isVerified ? "VERIFIED" : "UNVERIFIED")),
            ("version", .number(UInt64(Version.container))), ("armored", .flag(found.isArmored)),
            ("container_bytes", .optional(found.containerByteCount)),
            ("header_bytes", .number(found.headerByteCount)),
            ("chunk_bytes", .number(UInt64(found.preamble.chunkByteCount))),
            ("flags", .list(flags.map(JSONValue.text))),
            ("plaintext_bytes", .optional(plaintextByteCount)),
            ("context", found.context.json),
            ("weakest_link", .text(weakestLink)),
            ("post_quantum", isPostQuantum.map(JSONValue.flag) ?? .null), ("risk", .optional(risk)),
            (
                "recipients",
                .list(
                    recipients.map {
                        .object([
                            ("type", .text($0.type)), ("service", .text($0.service)),
                            ("key", .text($0.key)),
                            ("version", $0.version.isEmpty ? .null : .text($0.version)),
                        ])
                    })
            ),
        ])
    }

    private var verdict: String {
        found.isVerified
            ? "VERIFIED by a key; the data itself was not read"
            : "UNVERIFIED: this is what the file says of itself"
    }

    private var flags: [String] {
        var names: [String] = []
        if found.preamble.flags.contains(.zstdAllowed) { names.append("compressed") }
        if found.preamble.flags.contains(.metadata) { names.append("metadata") }
        if found.preamble.flags.contains(.padding) { names.append("padded") }
        return names
    }

    /// What the lengths alone tell: without compression, padding and metadata it is exact.
    private var plaintextByteCount: UInt64? {
        guard flags.isEmpty, !found.isArmored, let total = found.containerByteCount else {
            return nil
        }
        return PlaintextLength.of(
            payloadByteCount: total &- found.headerByteCount,
            chunkByteCount: UInt64(found.preamble.chunkByteCount))
    }

    private var isPostQuantum: Bool? { Stanza.arePostQuantum(found.stanzas) }

    private var weakestLink: String {
        let types = Set(found.stanzas.map(\.askedStanza.type))
        if types.contains(StanzaType.passphrase.rawValue) {
            return "the passphrase: guessing it costs 128 MiB and a third of a second each"
        }
        if found.stanzas.contains(where: { $0.knownType == nil }) {
            return "a recipient that this version does not know"
        }
        if types.contains(StanzaType.awsKMS.rawValue) {
            return "who may use the key service; its keys are 256 bits, symmetric"
        }
        if types.contains(StanzaType.vaultTransit.rawValue) {
            return "who may use the key service"
        }
        if types.contains(StanzaType.pkcs11.rawValue) { return "who may use the token" }
        if types.contains(StanzaType.threshold.rawValue) {
            return "enough members of the group together"
        }
        if types.contains(StanzaType.recovery.rawValue) {
            return types.count == 1
                ? "who can read the recovery sheet; ML-KEM-768 with X25519"
                : "who can read the key files or the recovery sheet"
        }
        return "who can read the key files; they are 256 bits, symmetric"
    }
}
