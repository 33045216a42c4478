/// The name of a condition key, such as `kms:ViaService` or `aws:PrincipalTag/team`.
///
/// AWS compares these names without regard to the case of letters, which are those of ASCII here;
/// otherwise byte by byte, as what follows `kms:EncryptionContext:` is any text.
package struct ConditionName: Hashable, Sendable {
    /// As it was written.
    package let text: String
    private let folded: [UInt8]

    package init(_ text: String) {
        self.text = text
        folded = text.utf8.map(Self.folded)
    }

    package static func == (left: ConditionName, right: ConditionName) -> Bool {
        left.folded == right.folded
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    static func folded(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
