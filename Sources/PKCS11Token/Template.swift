internal import CPKCS11

/// The attributes that an object is searched or made by, with the memory that they point to.
struct Template {
    private struct Entry {
        let type: CK_ATTRIBUTE_TYPE
        let firstWord: Int
        let byteCount: Int
    }

    private var entries: [Entry] = []
    // Words, so that each value begins where a CK_ULONG may.
    private var words: [CK_ULONG] = []

    mutating func set(_ type: CK_ATTRIBUTE_TYPE, _ number: CK_ULONG) {
        entries.append(
            Entry(type: type, firstWord: words.count, byteCount: MemoryLayout<CK_ULONG>.size))
        words.append(number)
    }

    mutating func set(_ type: CK_ATTRIBUTE_TYPE, _ flag: Bool) {
        entries.append(
            Entry(type: type, firstWord: words.count, byteCount: MemoryLayout<CK_BBOOL>.size))
        words.append((flag ? 1 as CK_ULONG : 0).littleEndian)
    }

    mutating func set(_ type: CK_ATTRIBUTE_TYPE, _ bytes: [UInt8]) {
        entries.append(Entry(type: type, firstWord: words.count, byteCount: bytes.count))
        for start in stride(from: 0, to: bytes.count, by: MemoryLayout<CK_ULONG>.size) {
            let piece = bytes[start..<min(start + MemoryLayout<CK_ULONG>.size, bytes.count)]
            words.append(
                piece.reversed().reduce(0) { $0 << 8 | CK_ULONG($1) }.littleEndian)
        }
        // An empty value needs a place too.
        if bytes.isEmpty { words.append(0) }
    }

    /// Lends the attributes, and behind them CKA_VALUE where there is one: a secret, not copied.
    func withAttributes<E: Error>(
        value: RawSpan? = nil,
        _ body: (UnsafeMutablePointer<CK_ATTRIBUTE>?, CK_ULONG) throws(E) -> CK_RV
    ) throws(E) -> CK_RV {
        var words = words
        var span = words.mutableSpan
        return unsafe try span.withUnsafeMutableBufferPointer { words throws(E) in
            var attributes = unsafe entries.map { entry in
                unsafe CK_ATTRIBUTE(
                    type: entry.type, pValue: words.baseAddress?.advanced(by: entry.firstWord),
                    ulValueLen: CK_ULONG(entry.byteCount))
            }
            guard let value else {
                return unsafe try body(&attributes, CK_ULONG(attributes.count))
            }
            return unsafe try value.withUnsafeBytes { value throws(E) in
                unsafe attributes.append(
                    CK_ATTRIBUTE(
                        type: CKA_VALUE,
                        pValue: UnsafeMutableRawPointer(mutating: value.baseAddress),
                        ulValueLen: CK_ULONG(value.count)))
                return unsafe try body(&attributes, CK_ULONG(attributes.count))
            }
        }
    }
}
