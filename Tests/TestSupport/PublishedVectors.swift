import Foundation

/// The vectors of NIST and of RFCs, as PyPI's `cryptography-vectors` carries them. They are large and
/// not ours, so they are read where the test script installed them.
public enum PublishedVectors {
    public static let missing =
        "needs the PyPI package cryptography-vectors in the directory COFFER_TEST_VECTORS"

    /// The folder `cryptography_vectors`: the directory given, or anywhere below its `lib`.
    private static let folder: URL? = {
        guard let given = ProcessInfo.processInfo.environment["COFFER_TEST_VECTORS"] else {
            return nil
        }
        let root = URL(fileURLWithPath: given)
        func isIt(_ url: URL) -> Bool {
            FileManager.default.fileExists(atPath: url.appendingPathComponent("KDF").path)
        }
        let name = "cryptography_vectors"
        let lib = root.appendingPathComponent("lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: lib.path)) ?? []
        let candidates =
            [root, root.appendingPathComponent(name)]
            + versions.map {
                lib.appendingPathComponent($0).appendingPathComponent("site-packages/" + name)
            }
        return candidates.first(where: isIt)
    }()

    public static var areThere: Bool { folder != nil }

    public struct Missing: Error {}

    public static func text(_ path: String) throws -> String {
        guard let folder else { throw Missing() }
        return try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }

    /// The records of a file: `KEY = VALUE` lines from one `first` key to the next. Lines in brackets
    /// hold for all records after them, the last that is no such pair as `section`; elsewhere a word
    /// by itself is a key without a value.
    public static func records(_ path: String, first: String) throws -> [[String: String]] {
        let text = try text(path)
        var records: [[String: String]] = []
        var section: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let isSection = line.hasPrefix("[")
            let parts = line.drop { $0 == "[" }.prefix { $0 != "]" }
                .split(separator: "=", maxSplits: 1).map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
            guard let key = parts.first, !key.isEmpty else { continue }
            let value = parts.count > 1 ? parts[1] : ""
            if isSection {
                section[parts.count > 1 ? key : "section"] = parts.count > 1 ? value : key
            } else if key == first || records.isEmpty {
                records.append(section.merging([key: value]) { $1 })
            } else {
                records[records.count - 1][key] = value
            }
        }
        return records
    }
}

/// Hexadecimal text of the vectors; a number may lack the zero in front of an odd count of digits.
public func bytes(hex text: String?) -> [UInt8] {
    var digits = (text ?? "").utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    if !digits.count.isMultiple(of: 2) { digits.insert(0, at: 0) }
    return stride(from: 0, to: digits.count, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}
