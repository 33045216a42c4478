/// A query in the one spelling that is signed: pairs encoded anew, ascending by name, then by value.
struct CanonicalQuery {
    struct Pair {
        /// Encoded; ASCII.
        let name: [UInt8]
        let value: [UInt8]
    }

    let pairs: [Pair]

    /// `query` is percent-encoded in any way, which a `+` is no part of.
    init(_ query: String) throws(SigV4Error) {
        guard !query.isEmpty else {
            pairs = []
            return
        }
        var pairs: [Pair] = []
        for part in Array(query.utf8).split(
            separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        {
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            pairs.append(
                Pair(
                    name: PercentEncoding.encode(try PercentEncoding.decode(part[..<end])),
                    value: PercentEncoding.encode(
                        try PercentEncoding.decode(part[end...].dropFirst()))))
        }
        self.pairs = pairs.sorted { left, right in
            left.name == right.name
                ? left.value.lexicographicallyPrecedes(right.value)
                : left.name.lexicographicallyPrecedes(right.name)
        }
    }

    private init(pairs: [Pair]) { self.pairs = pairs }

    var bytes: [UInt8] {
        Array(
            pairs.map { $0.name + [UInt8(ascii: "=")] + $0.value }
                .joined(separator: [UInt8(ascii: "&")]))
    }

    /// The decoded values of a name of letters and `-`.
    func values(of name: String) throws(SigV4Error) -> [[UInt8]] {
        var values: [[UInt8]] = []
        for pair in pairs where pair.name.elementsEqual(name.utf8) {
            values.append(try PercentEncoding.decode(pair.value[...]))
        }
        return values
    }

    func removing(_ name: String) -> CanonicalQuery {
        CanonicalQuery(pairs: pairs.filter { !$0.name.elementsEqual(name.utf8) })
    }
}
