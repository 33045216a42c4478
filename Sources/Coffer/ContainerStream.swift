internal import FileIO

/// Where bytes come from or go to.
public enum ContainerStream: Sendable {
    /// A file. As an output it appears whole or not at all; an existing one is refused unless
    /// `replacing`.
    case file(path: String, replacing: Bool = false)
    /// An open descriptor: a pipe, a socket. It is used from its offset on and left open.
    case descriptor(Int32)

    func input() throws(FileError) -> InputFile {
        switch self {
        case .file(let path, _): try InputFile(path: FilePath(text: path))
        case .descriptor(let number): try InputFile(borrowing: number)
        }
    }

    func output(inputs: [FileIdentity]) throws(FileError) -> OutputFile {
        switch self {
        case .file(let path, let replacing):
            try OutputFile(path: FilePath(text: path), replacing: replacing, inputs: inputs)
        case .descriptor(let number): OutputFile(borrowing: number)
        }
    }
}
