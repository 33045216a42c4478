/// The pairs that a ciphertext is bound to: not secret, logged, and needed again to decrypt.
///
/// Keys and values are UTF-8 byte strings, compared byte by byte with no Unicode normalisation:
/// `é` in its composed and its decomposed form are two different keys, as at AWS. That is why no
/// Swift `String` is kept here; its equality would merge them.
package struct EncryptionContext: Equatable, Hashable, Sendable {
    package struct Pair: Equatable, Hashable, Sendable {
        package let key: [UInt8]
        package let value: [UInt8]
    }

    package enum Failure: Error, Equatable, Sendable {
        case emptyKey
        case duplicateKey([UInt8])
        case notUTF8
        /// Longer as JSON than ``EncryptionContext/maximumJSONByteCount``.
        case tooLong(byteCount: Int)
    }

    /// AWS: at most 8 KB as JSON, in all.
    package static let maximumJSONByteCount = 8192

    package static let empty = EncryptionContext()

    /// Strictly ascending by the bytes of the key.
    package let pairs: [Pair]

    package var isEmpty: Bool { pairs.isEmpty }

    package init() { pairs = [] }

    /// The pairs in any order.
    package init(_ pairs: [(key: [UInt8], value: [UInt8])]) throws(Failure) {
        for pair in pairs {
            guard !pair.key.isEmpty else { throw .emptyKey }
            guard Self.isUTF8(pair.key), Self.isUTF8(pair.value) else { throw .notUTF8 }
        }
        let sorted = pairs.map { Pair(key: $0.key, value: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.key == later.key {
            throw .duplicateKey(later.key)
        }
        let byteCount = Self.jsonByteCount(sorted)
        guard byteCount <= Self.maximumJSONByteCount else { throw .tooLong(byteCount: byteCount) }
        self.pairs = sorted
    }

    /// The pairs as written in source or typed by a person, taken as the bytes they are.
    package init(strings: KeyValuePairs<String, String>) throws(Failure) {
        try self.init(strings.map { (key: Array($0.key.utf8), value: Array($0.value.utf8)) })
    }

    package func value(forKey key: [UInt8]) -> [UInt8]? {
        pairs.first { $0.key == key }?.value
    }

    /// `(u16 klen, key, u16 vlen, value)*`, big-endian, ascending: container-v1, CONTEXT. Empty
    /// for no pairs.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(pairs.reduce(0) { $0 + 4 + $1.key.count + $1.value.count })
        for pair in pairs {
            // 8 KB in all, so each length fits.
            bytes.append(UInt8(truncatingIfNeeded: pair.key.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: pair.key.count))
            bytes.append(contentsOf: pair.key)
            bytes.append(UInt8(truncatingIfNeeded: pair.value.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: pair.value.count))
            bytes.append(contentsOf: pair.value)
        }
        return bytes
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    /// The length of `{"k":"v",…}` with JSON's escapes and no white space.
    private static func jsonByteCount(_ pairs: [Pair]) -> Int {
        func quoted(_ bytes: [UInt8]) -> Int {
            bytes.reduce(2) { count, byte in
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: count + 2
                case 0..<0x20: count + 6
                default: count + 1
                }
            }
        }
        guard !pairs.isEmpty else { return 2 }
        return pairs.reduce(1) { $0 + quoted($1.key) + 1 + quoted($1.value) + 1 }
    }
}
