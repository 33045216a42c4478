import FileIO
import KeyProviders
import SecretMemory

/// Where a passphrase comes from without asking for it.
enum PassphraseSource: Sendable {
    case descriptor(Int32)
    case file(FilePath)

    func read() throws -> SecretBytes {
        let secret =
            switch self {
            case .descriptor(let number): try SecretInput.passphrase(descriptor: number)
            case .file(let path): try SecretInput.passphrase(path: path)
            }
        guard secret.byteCount > 0 else {
            throw Failure.usage("the passphrase is empty", "an empty passphrase protects nothing")
        }
        return secret
    }
}

/// Asks for passphrases on the terminal.
enum PassphrasePrompt {
    private static let attempts = 3

    /// An existing one.
    static func ask(_ prompt: String) throws(FileError) -> SecretBytes {
        let terminal = try Terminal()
        return try terminal.askSecret(prompt: "\(prompt): ")
    }

    /// A new one, twice, so that a slip of the finger locks nobody out.
    static func askTwice(_ prompt: String) throws -> SecretBytes {
        let terminal = try Terminal()
        for _ in 0..<attempts {
            let first = try terminal.askSecret(prompt: "\(prompt): ")
            guard first.byteCount > 0 else {
                terminal.show("An empty passphrase protects nothing.\n")
                continue
            }
            let second = try terminal.askSecret(prompt: "Again: ")
            if agree(first, second) { return first }
            terminal.show("The two differ. Once more.\n")
        }
        throw Failure(.input, "no passphrase was agreed on", file: .terminal)
    }

    /// Both were just typed by the same person: time tells nobody anything.
    private static func agree(_ first: borrowing SecretBytes, _ second: borrowing SecretBytes)
        -> Bool
    {
        first.withBytes { first in
            second.withBytes { second in
                first.byteCount == second.byteCount
                    && (0..<first.byteCount).allSatisfy {
                        unsafe first.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                            == second.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                    }
            }
        }
    }
}
