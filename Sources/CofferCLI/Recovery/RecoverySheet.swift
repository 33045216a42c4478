import FileIO
import KeyProviders
import SecretMemory

/// What a person keeps of a recovery key, on paper or in a file. The secret passes from one locked
/// memory to the kernel and nowhere else.
struct RecoverySheet {
    private let identity: RecoveryIdentity

    init(_ identity: RecoveryIdentity) { self.identity = identity }

    var recipient: RecoveryRecipient { identity.recipient }

    /// As age reads it, for its owner alone.
    func write(to path: FilePath, replacing: Bool) throws {
        let output = try Self.output(path, replacing: replacing)
        try output.write(text: "# public key: \(recipient.text)\n")
        try identity.text.withBytes { try output.write($0) }
        try output.write(text: "\n")
        try output.commit(mode: 0o600)
    }

    func writeRecipient(to path: FilePath, replacing: Bool) throws {
        let output = try Self.output(path, replacing: replacing)
        try output.write(text: recipient.text + "\n")
        try output.commit(mode: 0o644)
    }

    /// On standard output, which is a terminal.
    func show(withRecipient: Bool) throws {
        let output = OutputFile.standardOutput()
        if withRecipient {
            try output.write(
                text: "The recipient, for everybody; encrypt to it with -k recovery:…\n\n"
                    + recipient.text + "\n\n")
        }
        try output.write(
            text: "The secret, for paper in a safe; no copy of it is kept:\n\n")
        let secret = identity.text
        try secret.withBytes { try output.write($0) }
        try output.write(text: "\n\n")
        let code = secret.withBytes { QRCode($0) }
        guard let code else { preconditionFailure("recovery sheet: no QR code of a secret") }
        try code.text.withBytes { try output.write($0) }
    }

    private static func output(_ path: FilePath, replacing: Bool) throws -> OutputFile {
        do throws(FileError) {
            return try OutputFile(path: path, replacing: replacing)
        } catch { throw Failure(output: error) }
    }
}

extension OutputFile {
    fileprivate func write(text: String) throws(FileError) {
        unsafe try write(Array(text.utf8).span.bytes)
    }
}
