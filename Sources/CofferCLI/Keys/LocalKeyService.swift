import FileIO
import KeyProviders

/// The embedded key service, opened when a key of it is needed and not before.
final class LocalKeyService {
    private let surroundings: Surroundings
    private let console: Console

    init(_ surroundings: Surroundings, console: Console) {
        self.surroundings = surroundings
        self.console = console
    }

    func defaultRecipient() throws -> any KeyProvider { throw Self.missing }

    func recipient(_ name: String) throws -> any KeyProvider {
        try Self.checkRegion(name)
        throw Self.missing
    }

    func opener(_ name: String) throws -> any KeyProvider {
        try Self.checkRegion(name)
        throw Self.missing
    }

    func allKeys() throws -> [any KeyProvider] { [] }

    /// An ARN of AWS is never silently looked up on the network, nor here.
    static func checkRegion(_ name: String) throws {
        guard name.utf8.starts(with: "arn:".utf8) else { return }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count < 6 || parts[3] != "coffer-local-1" else { return }
        throw Failure(
            .noKey,
            "'\(Escaped.argument(name))' is no key of the embedded key service",
            hints: ["a key of AWS KMS is named aws-kms:ARN, which this version does not have yet"])
    }

    private static let missing = Failure(.usage, "no embedded key service yet", hints: [])
}
