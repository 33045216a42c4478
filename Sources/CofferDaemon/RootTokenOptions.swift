import ArgumentParser
import FileIO
import KeyProviders

/// The token that a new keystore's root is to be on.
struct RootTokenOptions: ParsableArguments {
    enum Isolation: String, ExpressibleByArgument, CaseIterable {
        case none
        case token
    }

    @Option(
        help: ArgumentHelp(
            "The token and its key that seal or hold the root.", valueName: "pkcs11:…"))
    var root: String?

    @Option(
        help: ArgumentHelp(
            "token: all key material stays in the token; none: its key seals the root.",
            valueName: "where"))
    var isolation: Isolation = .none

    @Flag(help: "Make the keys that are named in the token, if they are not there.")
    var createTokenKeys = false

    /// Nothing if no token is named.
    func root(_ tokens: RootTokens) throws -> NewRoot? {
        guard let root else {
            guard isolation == .none, !createTokenKeys else {
                throw Failure(
                    .usage, "--isolation and --create-token-keys without a token",
                    "name it: --root 'pkcs11:token=NAME;object=KEY'")
            }
            return nil
        }
        guard let name = RootTokenName(reference: root, isIsolated: isolation == .token) else {
            throw Failure(
                .usage, "'\(Escaped.argument(root))' does not name a token and a key in it alone",
                "write pkcs11:token=NAME;object=KEY",
                "what tells how to reach it goes behind a question mark and is not kept")
        }
        if createTokenKeys { try tokens.createKeys(name, reference: root) }
        return .token(name, try tokens.open(name, reference: root))
    }
}
