/// The encryption context: pairs that are public, bound to every key of the container, and demanded
/// by whoever decrypts.
///
///     (u16 key length, key, u16 value length, value)*     keys strictly ascending by bytes
///
/// Keys and values are UTF-8 and compared by bytes. They are kept as bytes because Swift compares
/// strings after normalisation, which would make two different contexts one.
package struct ContainerContext: Equatable, Sendable {
    package struct Pair: Equatable, Sendable {
        package let key: [UInt8]
        package let value: [UInt8]
    }

    /// Keys that begin so belong to the format.
    package static let reservedPrefix = Array("coffer:".utf8)

    package let pairs: [Pair]

    package static let empty = ContainerContext(sorted: [])

    private init(sorted pairs: [Pair]) { self.pairs = pairs }

    /// Nothing if a key is empty, given twice, reserved, too long, or not UTF-8.
    package init?(_ pairs: [(key: [UInt8], value: [UInt8])]) {
        let sorted = pairs.map { Pair(key: $0.key, value: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        self.init(checked: sorted)
    }

    package init?(_ pairs: [(String, String)]) {
        self.init(pairs.map { (key: Array($0.0.utf8), value: Array($0.1.utf8)) })
    }

    private init?(checked pairs: [Pair]) {
        for (index, pair) in pairs.enumerated() {
            guard !pair.key.isEmpty, pair.key.count <= 0xFFFF, pair.value.count <= 0xFFFF,
                !pair.key.starts(with: Self.reservedPrefix),
                String(validating: pair.key, as: UTF8.self) != nil,
                String(validating: pair.value, as: UTF8.self) != nil,
                index == 0 || pairs[index - 1].key.lexicographicallyPrecedes(pair.key)
            else { return nil }
        }
        self.pairs = pairs
    }

    /// The value of a CONTEXT field, which is never empty: a container without context has none.
    package init?(encoded bytes: ArraySlice<UInt8>) {
        var reader = ByteReader(bytes)
        var pairs: [Pair] = []
        while reader.remaining > 0 {
            guard let key = reader.takePrefixed(), let value = reader.takePrefixed() else {
                return nil
            }
            pairs.append(Pair(key: Array(key), value: Array(value)))
        }
        guard !pairs.isEmpty else { return nil }
        self.init(checked: pairs)
    }

    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for pair in pairs {
            bytes.append(bigEndian: UInt16(pair.key.count))
            bytes += pair.key
            bytes.append(bigEndian: UInt16(pair.value.count))
            bytes += pair.value
        }
        return bytes
    }

    /// Whether every pair of `required` is here. Decrypting without a requirement accepts any.
    package func satisfies(_ required: ContainerContext) -> Bool {
        required.pairs.allSatisfy(pairs.contains)
    }
}
