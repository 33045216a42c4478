import FileIO
import SecretMemory

/// A passphrase that a file has.
enum PassphraseFile {
    static func read(_ argument: String) throws -> SecretBytes {
        let secret = try SecretInput.passphrase(path: FilePath(argument: argument))
        guard secret.byteCount > 0 else {
            throw Failure(.usage, "the passphrase is empty", "an empty passphrase protects nothing")
        }
        return secret
    }
}
