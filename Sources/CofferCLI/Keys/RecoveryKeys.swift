import FileIO
import KeyProviders
import SecretMemory

/// Recovery keys from command line, file and terminal.
struct RecoveryKeys {
    private static let attempts = 3
    let console: Console

    /// To encrypt to: the public half of what is named.
    func recipient(_ source: KeyReference.RecoverySource) throws -> RecoveryKey {
        switch source {
        case .recipient(let recipient): return RecoveryKey(recipient)
        case .file(let path):
            return RecoveryKey(try load(path).recipient, name: "recovery:" + path.displayText)
        case .prompt:
            throw Failure.usage(
                "'recovery:' without a recipient",
                "write recovery:FILE or recovery:age1pq1…",
                "make one with: coffer recovery new")
        }
    }

    /// To open with, if it is the secret half that is named; the public one only knows its stanzas.
    func key(_ source: KeyReference.RecoverySource) throws -> RecoveryKey {
        switch source {
        case .recipient(let recipient): return RecoveryKey(recipient)
        case .file(let path):
            let name = "recovery:" + path.displayText
            return switch try load(path) {
            case .identity(let identity): RecoveryKey(identity, name: name)
            case .recipient(let recipient): RecoveryKey(recipient, name: name)
            }
        case .prompt: return RecoveryKey(try ask(), name: "recovery:")
        }
    }

    static let opensNothing = Failure.usage(
        "a recovery recipient can encrypt, and opens nothing",
        "name the file with its secret, recovery:FILE, or write 'recovery:' and type it")

    /// A file's path, where somebody may give the secret itself.
    static func path(_ argument: String) throws -> FilePath {
        guard case .recovery(.file(let path)) = try KeyReference(argument: "recovery:" + argument)
        else {
            throw Failure.usage(
                "'\(Escaped.argument(argument))' is no file", "for such a name write ./age1…")
        }
        return path
    }

    func identity(_ path: FilePath) throws -> RecoveryIdentity {
        guard case .identity(let identity) = try load(path) else {
            throw Failure(
                .noKey, "'\(path.displayText)' holds a recovery recipient, which opens nothing",
                file: .path(path), hints: ["name the file with its secret, or type the sheet's"])
        }
        return identity
    }

    func load(_ path: FilePath) throws -> RecoveryFile {
        let (file, mode) = try RecoveryFile.load(path)
        if case .identity = file { console.warnIfReadable(path, mode: mode, "recovery key") }
        return file
    }

    /// What is typed from the sheet; spaces are left out, and slips of the finger may be repeated.
    func ask() throws -> RecoveryIdentity {
        let terminal: Terminal
        do throws(FileError) {
            terminal = try Terminal()
        } catch {
            throw Failure(
                .input, "there is no terminal to ask for the recovery key on", file: .terminal,
                hints: [
                    "name its file: recovery:FILE",
                    "or a descriptor: recovery:/dev/fd/3 3< FILE",
                ])
        }
        for attempt in 1... {
            let typed = Self.withoutSpaces(
                try terminal.askSecret(prompt: "Recovery key (AGE-SECRET-KEY-PQ-1…): "))
            do throws(RecoveryTextError) {
                return try typed.withBytes { text throws(RecoveryTextError) in
                    try RecoveryIdentity(text: text)
                }
            } catch {
                guard attempt < Self.attempts else {
                    throw Failure(
                        .input, "what was typed is no recovery key: \(error.text)",
                        file: .terminal, hints: [error.hint(isSecret: true)])
                }
                terminal.show("That is none: \(error.text); \(error.hint(isSecret: true)).\n")
            }
        }
        preconditionFailure("recovery key: asked without end")
    }

    private static func withoutSpaces(_ typed: consuming SecretBytes) -> SecretBytes {
        var count = 0
        let kept = typed.withBytes { typed in
            SecretBytes(byteCount: typed.byteCount) { output in
                for offset in 0..<typed.byteCount {
                    let character = unsafe typed.unsafeLoad(
                        fromByteOffset: offset, as: UInt8.self)
                    guard character != UInt8(ascii: " "), character != UInt8(ascii: "\t") else {
                        continue
                    }
                    output.storeBytes(of: character, toByteOffset: count, as: UInt8.self)
                    count += 1
                }
            }
        }
        return kept.prefix(byteCount: count)
    }
}
