internal import Dispatch
package import FileIO
package import KeyProviders
package import SecretMemory
internal import Synchronization

/// A keystore into a container and back. Its bytes hold the root key: they go from one to the other
/// through a pipe within the process, whose bytes are the kernel's, and locked memory that is wiped,
/// and are nowhere else.
package enum KeystoreTransfer {
    /// Writes the container; the caller commits the output.
    package static func backup(
        _ service: EmbeddedKeyService, _ recipients: [any KeyProvider], to output: OutputFile
    ) throws -> EncryptionSummary {
        let sealing = Background<EncryptionSummary>()
        var writer: OutputFile? = try pipe { reader in
            sealing.start {
                try Encryption(recipients: recipients, options: .forSecrets)
                    .run(reader, to: output)
            }
        }
        let exported = Result { try service.exportBackup { try writer?.write($0) } }
        // Lets go of the pipe, so that the encryption meets its end; of a failed export it must not
        // become a whole container, but nobody commits it either.
        writer = nil
        let sealed = Result { try sealing.result() }
        // A failed encryption closed the pipe: its reason comes first.
        if case .failure(let error) = sealed { throw error }
        try exported.get()
        return try sealed.get()
    }

    /// Makes the keystore once all of the container was authentic.
    package static func restore(
        _ input: InputFile, _ keys: [any KeyProvider], to place: FilePath, replacing: Bool,
        rootPassphrase: borrowing SecretBytes?, token: RootTokenSource,
        ifSealed: () throws -> SecretBytes?
    ) throws -> EmbeddedKeyService {
        let opening = Background<DecryptionSummary>()
        let reader = try reversedPipe { writer in
            opening.start {
                try Decryption(keys: keys, options: .forSecrets).run(input, to: writer)
            }
        }
        return try EmbeddedKeyService.importBackup(
            to: place.bytes, replacing: replacing, rootPassphrase: rootPassphrase,
            token: token, ifSealed: ifSealed
        ) { bytes in
            let count = try reader.read(into: &bytes)
            // Whether that was the end, or the decryption's failure.
            if count == 0 { _ = try opening.result() }
            return count
        }
    }

    // In functions of their own, so that nobody here holds the other end.

    private static func pipe(_ read: (InputFile) -> Void) throws -> OutputFile {
        let (reader, writer) = try Pipe.make()
        read(reader)
        return writer
    }

    private static func reversedPipe(_ write: (OutputFile) -> Void) throws -> InputFile {
        let (reader, writer) = try Pipe.make()
        write(writer)
        return reader
    }
}

/// One piece of work on a thread of its own.
private final class Background<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let group = DispatchGroup()

    func start(_ work: @escaping @Sendable () throws -> Value) {
        DispatchQueue(label: "coffer.keystore").async(group: group) { [self] in
            let result = Result { try work() }
            outcome.withLock { $0 = result }
        }
    }

    /// Waits for it.
    func result() throws -> Value {
        group.wait()
        guard let outcome = outcome.withLock({ $0 }) else {
            preconditionFailure("keystore transfer: nothing was started")
        }
        return try outcome.get()
    }
}
