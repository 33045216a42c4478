import ArgumentParser
import FileIO
import KeyAgent
import KeyProviders
import SecretMemory

/// What a token is to do for a keystore's root.
struct RootTokenOptions: ParsableArguments {
    enum Isolation: String, ExpressibleByArgument, CaseIterable {
        case none
        case token
    }

    @Option(
        help: ArgumentHelp(
            "token: all key material stays in the token, and is used there; none: the token's key "
                + "seals the keystore's root.",
            valueName: "where"))
    var isolation: Isolation = .none

    @Flag(help: "Make the keys that are named in the token, if they are not there.")
    var createTokenKeys = false

    /// Whether one of them was given.
    var isGiven: Bool { isolation != .none || createTokenKeys }

    /// The root that a URI of the command line names.
    func root(_ argument: String, _ agent: AgentKeys) throws -> NewRoot {
        guard case .agent(let uri) = try KeyReference(argument: argument),
            uri.hasPrefix("pkcs11:")
        else {
            throw Failure.usage(
                "'\(Escaped.argument(argument))' is no token",
                "write pkcs11:token=NAME;object=KEY")
        }
        guard let name = RootTokenName(reference: uri, isIsolated: isolation == .token) else {
            throw Failure.usage(
                "'\(Escaped.argument(argument))' does not name a token and a key in it alone",
                "write pkcs11:token=NAME;object=KEY; serial, manufacturer, model, id and type may "
                    + "say more",
                "what tells how to reach it goes behind a question mark and is not kept")
        }
        if createTokenKeys { try agent.roots.createKeys(name, reference: uri) }
        return .token(name, try agent.roots.open(name, reference: uri))
    }

    /// What to say where the root was not made.
    func failure(_ error: EmbeddedKeyServiceError) -> Failure {
        var failure = Failure(error)
        guard case .token(_, .failed(.noSuchKey)) = error else { return failure }
        failure.hints = [
            isolation == .token
                ? "it takes two keys there, an AES key NAME and an HMAC key NAME-mac"
                : "it takes a key there that wraps",
            "make what is missing: --create-token-keys",
        ]
        return failure
    }

    /// Said where the command line named what later runs have to find by themselves.
    static func note(on argument: String, _ console: Console) {
        guard argument.contains("?") else { return }
        console.note(
            "the keystore keeps neither module nor pin-source: put the module under services in "
                + "the configuration file, unless p11-kit knows it")
    }
}
