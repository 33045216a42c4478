import FileIO

extension Failure {
    init(_ error: FileError) {
        switch error {
        case .cannotOpen(let name, let reason):
            self.init(
                .input, "cannot open \(name.displayText): \(reason.phrase)", file: name,
                hints: reason == .accessDenied ? ["look at its permissions with 'ls -l'"] : [])
        case .isDirectory(let name):
            self.init(.input, "\(name.displayText) is a directory", file: name)
        case .notRegular(let name):
            self.init(
                .input, "\(name.displayText) is not a regular file", file: name,
                hints: ["this verb changes a file in place and needs one on disk"])
        case .notSeekable(let name):
            self.init(
                .input, "\(name.displayText) cannot be read by position", file: name,
                hints: ["save it to a file first, or read all of it with 'coffer decrypt'"])
        case .tooLarge(let name, let limit):
            self.init(
                .input, "\(name.displayText) is larger than \(limit) bytes", file: name,
                hints: ["is it the right file?"])
        case .readFailed(let name, let reason):
            self.init(.io, "cannot read \(name.displayText): \(reason.phrase)", file: name)
        case .shrank(let name, let expected, let end):
            self.init(
                .io,
                "\(name.displayText) became shorter while it was read: "
                    + "\(expected) bytes when opened, \(end) now",
                file: name, hints: ["wait for whoever writes it, then run the command again"],
                isRetryable: true)
        case .cannotCreate(let path, let reason):
            self.init(
                .output, "cannot create '\(path.displayText)': \(reason.phrase)",
                file: .path(path))
        case .exists(let path):
            self.init(
                .output, "'\(path.displayText)' exists", file: .path(path),
                hints: ["replace it with -f, or choose another name"])
        case .sameFile(let path):
            self.init(
                .output, "'\(path.displayText)' is the input itself", file: .path(path),
                hints: ["name another output with -o"])
        case .writeFailed(let name, let reason):
            self.init(.io, "cannot write \(name.displayText): \(reason.phrase)", file: name)
        case .noSpace(let name):
            self.init(
                .io, "no space left for \(name.displayText)", file: name,
                hints: [
                    "make room or write elsewhere with -o; "
                        + (name.isWrittenStraight
                            ? "what was written so far is incomplete: throw it away"
                            : "nothing incomplete was left")
                ])
        case .brokenPipe:
            self.init(.brokenPipe, "the reader of the output has gone", file: .standardOutput)
        case .notOwner(let path, let owner):
            self.init(
                .config, "'\(path.displayText)' belongs to another user (uid \(owner))",
                file: .path(path), hints: ["it has to belong to you or to root"])
        case .loosePermissions(let path, let mode):
            let octal = String(mode, radix: 8)
            self.init(
                .config, "'\(path.displayText)' is open to others (mode \(octal))",
                file: .path(path), hints: ["close it: chmod go= '\(path.displayText)'"])
        case .locked(let path):
            self.init(
                .io, "'\(path.displayText)' is being changed by another process",
                file: .path(path), hints: ["run the command again when that one is done"],
                isRetryable: true)
        case .changedMeanwhile(let path):
            self.init(
                .io, "'\(path.displayText)' was changed by somebody else meanwhile",
                file: .path(path), hints: ["look at it with 'coffer inspect' and run again"],
                isRetryable: true)
        case .cannotKeepOwner(let path, let reason):
            self.init(
                .output,
                "a new copy of '\(path.displayText)' cannot have its owner: \(reason.phrase)",
                file: .path(path), hints: ["run this as the file's owner"])
        case .noTerminal:
            self.init(
                .input, "there is no terminal to ask for the passphrase on", file: .terminal,
                hints: ["give it with --passphrase-file FILE or --passphrase-fd N"])
        case .promptEnded:
            self.init(.input, "no passphrase was typed", file: .terminal)
        }
    }

    /// An output that cannot be made: what is wrong with inputs has other words and another code.
    init(output error: FileError) {
        if case .isDirectory(let name) = error {
            self.init(
                .output, "\(name.displayText) is a directory", file: name,
                hints: ["name a file in it with -o"])
        } else {
            self.init(error)
        }
    }
}

extension FileName {
    /// Not by way of a temporary file that goes when the work fails.
    fileprivate var isWrittenStraight: Bool {
        switch self {
        case .path(let path): path.isWrittenStraight
        case .standardInput, .standardOutput, .descriptor, .program, .terminal: true
        }
    }
}
