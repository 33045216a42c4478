/// What a header will say, and the bytes that its MAC is made over.
package struct HeaderDraft: Sendable {
    package var context: ContainerContext
    package var stanzas: [Stanza]
    package var extras: [HeaderExtra]

    /// Rewrapping replaces the header in place if the new one fits, so there is room to grow.
    package static let roomyByteCount = 4096

    package init(context: ContainerContext, stanzas: [Stanza], extras: [HeaderExtra] = []) {
        self.context = context
        self.stanzas = stanzas
        self.extras = extras
    }

    /// Everything before the MAC, filled up with a PAD field to `byteCount` in all where that is
    /// longer and leaves room for the field's own four bytes.
    ///
    /// Nothing if a value is too long for its field or the header for its limit.
    package func authenticatedBytes(paddedTo byteCount: Int) -> [UInt8]? {
        var fields: [UInt8] = []
        let encodedContext = context.encoded
        if !encodedContext.isEmpty {
            guard Self.append(HeaderField.context.rawValue, encodedContext, to: &fields) else {
                return nil
            }
        }
        for stanza in stanzas {
            guard Self.append(HeaderField.stanza.rawValue, stanza.encoded, to: &fields) else {
                return nil
            }
        }
        let fixed = UnverifiedHeader.prefixByteCount + UnverifiedHeader.authenticationCodeByteCount
        let extraByteCount = extras.reduce(0) { $0 + 4 + $1.value.count }
        let padding = byteCount - fixed - fields.count - extraByteCount - 4
        var ignorable = extras
        if padding >= 0 {
            let zeros = [UInt8](repeating: 0, count: padding)
            ignorable.append(HeaderExtra(tag: HeaderField.padding.rawValue, value: zeros))
        }
        // Stable, so fields of one tag stay in their order.
        for extra in ignorable.sorted(by: { $0.tag < $1.tag }) {
            guard Self.append(extra.tag, extra.value, to: &fields) else { return nil }
        }
        let whole = fixed + fields.count
        guard UnverifiedHeader.byteCounts.contains(whole) else { return nil }
        var bytes = UnverifiedHeader.magic
        bytes.append(bigEndian: UnverifiedHeader.version)
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: UInt32(whole))
        return bytes + fields
    }

    private static func append(
        _ tag: UInt16, _ value: [UInt8], to fields: inout [UInt8]
    ) -> Bool {
        guard let count = UInt16(exactly: value.count) else { return false }
        fields.append(bigEndian: tag)
        fields.append(bigEndian: count)
        fields += value
        return true
    }
}
