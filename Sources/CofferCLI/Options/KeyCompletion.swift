import ArgumentParser
import CofferConfiguration
import FileIO
import KeyProviders

extension CompletionKind {
    /// Aliases of the embedded key service and the beginnings of other keys.
    static var keyReference: CompletionKind {
        .custom { _, _, _ in CompletionShell.lines(KeyCompletion.aliases + KeyCompletion.schemes) }
    }

    /// Aliases of the embedded key service.
    static var keyAlias: CompletionKind {
        .custom { _, _, _ in CompletionShell.lines(KeyCompletion.aliases) }
    }

    /// Key sets of the configuration.
    static var keySet: CompletionKind {
        .custom { _, _, _ in CompletionShell.lines(KeyCompletion.keySets) }
    }
}

/// What a shell offers where a key is to be named. It looks at this machine's files only, makes none,
/// and offers nothing where they cannot be read.
enum KeyCompletion {
    static let schemes = ["keyfile:", "passphrase:", "recovery:", "aws-kms:", "vault:", "pkcs11:"]

    static var aliases: [String] {
        guard
            let directory = try? Locations(environment: .current()).stateDirectory(),
            let names = try? EmbeddedKeyService.aliasNames(in: directory.bytes)
        else { return [] }
        return names
    }

    static var keySets: [String] {
        guard let surroundings = try? Surroundings.load() else { return [] }
        return surroundings.settings.keySets.keys.sorted()
    }
}
