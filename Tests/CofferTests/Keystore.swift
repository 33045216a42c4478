import Foundation
import KeyProviders
import SecretMemory

/// What `coffer key init` does; the library makes no keystores.
enum Keystore {
    static func create(atPath path: String) throws {
        try EmbeddedKeyService.create(in: Array(path.utf8), rootPassphrase: nil).close()
    }

    /// What `coffer recovery new -o` does. Returns the public half.
    static func makeRecoveryKey(atPath path: String) throws -> String {
        let identity = try RecoveryIdentity.make()
        try identity.text.withBytes { text in
            try unsafe text.withUnsafeBytes {
                try unsafe Data($0).write(to: URL(fileURLWithPath: path))
            }
        }
        return identity.recipient.text
    }
}
