package import ContainerFormat
package import FileIO
package import KeyProviders

/// What a container says of itself.
package struct InspectionReport: Equatable, Sendable {
    /// Whether a key vouched for it. Without, everything here is the word of whoever wrote the file.
    package let isVerified: Bool
    package let context: ContainerContext
    package let stanzas: [Stanza]
    package let preamble: Preamble
    package let headerByteCount: UInt64
    /// Of the whole container, where the input is a file.
    package let containerByteCount: UInt64?
    package let isArmored: Bool
}

/// Reads header and preamble, and with a key checks them.
package struct Inspection: Sendable {
    /// Without keys nothing is asked of anybody.
    private let keys: [any KeyProvider]

    package init(keys: [any KeyProvider] = []) { self.keys = keys }

    package func run(_ input: InputFile) throws -> InspectionReport {
        let options = DecryptionOptions()
        let container: SealedContainer
        if keys.isEmpty {
            container = try SealedContainer(input, options: options)
        } else {
            let opener = ContainerOpener(opener: StanzaOpener(providers: keys), options: options)
            container = try opener.open(input).container
        }
        return InspectionReport(
            isVerified: !keys.isEmpty, context: container.header.context,
            stanzas: container.header.stanzas, preamble: container.preamble,
            headerByteCount: UInt64(container.header.byteCount),
            containerByteCount: container.source.positional?.byteCount,
            isArmored: container.source.isArmored)
    }
}
