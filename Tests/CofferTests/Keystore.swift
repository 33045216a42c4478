import KeyProviders
import SecretMemory

/// What `coffer key init` does; the library makes no keystores.
enum Keystore {
    static func create(atPath path: String) throws {
        try EmbeddedKeyService.create(in: Array(path.utf8), rootPassphrase: nil).close()
    }
}
