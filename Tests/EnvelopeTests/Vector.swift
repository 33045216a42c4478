import ContainerFormat
import Foundation
import KeyProviders
import Synchronization
import Testing

/// One file of `Formats/vectors`: a container, and the one answer to it (README.md there).
struct Vector: Sendable {
    let name: String
    let lines: [(key: String, value: String)]
    private let body: [UInt8]

    private static let keys: Set<String> = [
        "expect", "plaintext-bytes", "plaintext-sha256", "structure-expect", "range-expect",
        "range",
        "restore-expect", "meta", "name", "keyfile", "passphrase", "recovery", "kms", "context",
        "require-recipient", "max-output", "armor", "fk", "salt", "s16", "sweep", "compressed",
        "base", "patch", "insert", "remove", "cut", "append", "comment",
    ]

    init(_ name: String) throws {
        let data = [UInt8](try Data(contentsOf: VectorFolder.url.appendingPathComponent(name)))
        guard let end = zip(data, data.dropFirst()).enumerated().first(where: { $1 == (10, 10) })
        else { throw Malformed(name: name, what: "no empty line") }
        self.name = name
        lines = try String(decoding: data[..<end.offset], as: UTF8.self).split(separator: "\n").map
        {
            guard let colon = $0.firstRange(of: ": ") else {

                throw Malformed(name: name, what: String($0))
            }
            let key = String($0[..<colon.lowerBound])
            guard Self.keys.contains(key) else { throw Malformed(name: name, what: key) }
            return (key, String($0[colon.upperBound...]))
        }
        let stored = Array(data[(end.offset + 2)...])
        let isCompressed = lines.contains { $0.key == "compressed" }
        body = isCompressed ? try Zlib.decompress(stored) : stored
    }

    struct Malformed: Error {
        let name: String
        let what: String
    }

    func one(_ key: String) -> String? { lines.first { $0.key == key }?.value }
    func all(_ key: String) -> [String] { lines.filter { $0.key == key }.map(\.value) }

    /// The container's bytes, with the edits applied when it is made from another.
    func container() throws -> [UInt8] {
        guard let base = one("base") else { return body }
        var bytes = try Vector(base).container()
        for (key, value) in lines {
            let words = value.split(separator: " ").map(String.init)
            func number(_ position: Int) -> Int { Int(words[position]) ?? -1 }
            switch key {
            case "patch":
                let new = Bytes.hex(words[1])
                bytes.replaceSubrange(number(0)..<number(0) + new.count, with: new)
            case "insert": bytes.insert(contentsOf: Bytes.hex(words[1]), at: number(0))
            case "remove": bytes.removeSubrange(number(0)..<number(0) + number(1))
            case "cut": bytes.removeSubrange(number(0)...)
            case "append": bytes += value == "body" ? body : Bytes.hex(words[0])
            default: break
            }
        }
        return bytes
    }

    /// The local keys, in the order of their lines.
    func providers() throws -> [any KeyProvider] {
        var providers: [any KeyProvider] = []
        for line in all("keyfile") {
            guard let space = line.lastIndex(of: " ") else { continue }
            let name = String(line[..<space])
            providers.append(
                try KeyFile(
                    name: name,
                    key: Bytes.wrappingKey(Bytes.hex(line[line.index(after: space)...])),
                    keyID: Array(name.utf8)))
        }
        for text in all("passphrase") {
            providers.append(Passphrase(Bytes.secret(Array(text.utf8))))
        }
        for seed in all("recovery") {
            providers.append(RecoveryKey(try RecoveryIdentity(seed: Bytes.secret(Bytes.hex(seed)))))
        }
        var services: [FakeKeyService] = []
        for line in all("kms") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            let entry = FakeKeyService.Entry(
                blob: Bytes.hex(words[1]), plaintext: words[2] == "-" ? [] : Bytes.hex(words[2]),
                context: try Self.pairs(words[3]))
            if let service = services.first(where: { $0.arn == words[0] }) {
                service.entries.withLock { $0.append(entry) }
            } else {
                services.append(FakeKeyService(arn: words[0], entries: [entry]))
            }
        }
        return providers + services
    }

    func requiredContext() throws -> ContainerContext {
        guard let json = one("context") else { return .empty }
        let pairs = try Self.pairs(json).map { (key: $0.key, value: $0.value) }
        return try #require(ContainerContext(pairs))
    }

    private static func pairs(_ json: String) throws -> FakeKeyService.EncryptionContext {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
        var pairs: FakeKeyService.EncryptionContext = [:]
        for (key, value) in try #require(object) { pairs[Array(key.utf8)] = Array(value.utf8) }
        return pairs
    }

    /// Two plaintexts of 256 MiB, and the edits of their containers.
    var isHuge: Bool {
        let huge = ["V-71-65537-chunks", "V-72-65536-chunks"]
        return huge.contains(name) || one("base").map(huge.contains) == true
    }
}

/// The folder of the vectors: every file whose name begins with a capital letter and a dash.
enum VectorFolder {
    static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Formats/vectors")

    static let names: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter { $0.wholeMatch(of: #/[A-Z]-.*/#) != nil }.sorted()
    }()
}
