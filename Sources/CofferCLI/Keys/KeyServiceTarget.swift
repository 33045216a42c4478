import CofferConfiguration
import FileIO
import KeyProviders

/// Which key service a `coffer key …` works with.
enum KeyServiceTarget: Equatable {
    case embedded
    /// Through the agent: how its URI begins, and its URL where local configuration gives it.
    case remote(uri: String, endpoint: String?)

    private static let schemes = ["aws-kms:", "vault:"]

    init(_ service: Settings.KeyService) {
        switch service {
        case .embedded: self = .embedded
        case .aws(let endpoint): self = .remote(uri: "aws-kms:", endpoint: endpoint)
        }
    }

    /// As `--key-service` names it.
    init(option text: String) throws {
        if let service = Settings.KeyService(text) {
            self.init(service)
            return
        }
        if text.hasPrefix("pkcs11:") { throw Self.isToken }
        guard Self.schemes.contains(where: text.hasPrefix), text != "vault:" else {
            throw Failure.usage(
                "'\(Escaped.argument(text))' is no key service",
                "use embedded, aws-kms:, vault:MOUNT or the URL of a service of the AWS KMS API")
        }
        self = .remote(uri: text, endpoint: nil)
    }

    /// The service of a key that is named by a URI, and the key's name there; nothing for another
    /// name, which is of whatever service is configured.
    static func ofKey(_ text: String) throws -> (service: KeyServiceTarget, key: String)? {
        if text.hasPrefix("pkcs11:") { throw isToken }
        guard let scheme = schemes.first(where: text.hasPrefix) else { return nil }
        let name = String(text.dropFirst(scheme.utf8.count))
        guard scheme == "vault:" else {
            return (.remote(uri: text, endpoint: nil), name)
        }
        guard let slash = name.lastIndex(of: "/") else {
            throw Failure(KeyReferenceError.unknownScheme(text))
        }
        return (.remote(uri: scheme + name[..<slash], endpoint: nil), name)
    }

    private static let isToken = Failure.usage(
        "a token is no key service",
        "look after its keys with its own tools: pkcs11-tool --list-objects")
}
