internal import SecretMemory

/// A secret with several owners, or in a list: both need a class.
final class SharedSecret: Sendable {
    let bytes: SecretBytes

    init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}
