/// Where a row of key material belongs: what its code is computed over, before the wrapped bytes.
package struct MaterialPlace: Hashable, Sendable {
    private static let label = Array("coffer/v1 row".utf8) + [0]
    private static let idByteCount = 16

    let bytes: [UInt8]

    /// Nothing unless both ids have 16 bytes: otherwise two places could have the same bytes.
    package init?(key: [UInt8], version: [UInt8], purpose: [UInt8]) {
        guard key.count == Self.idByteCount, version.count == Self.idByteCount else { return nil }
        bytes = Self.label + key + version + purpose
    }
}
