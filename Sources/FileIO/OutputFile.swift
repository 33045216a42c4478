internal import CLinux
internal import Glibc

/// Something to write: a new file that appears whole or not at all, a FIFO or device, or standard
/// output.
///
/// A new file is written under no name or a temporary one (``commit(mode:modificationNanoseconds:)``
/// publishes it); without a commit nothing is left. Sequential writes come from one thread at a time,
/// positional ones from several.
package final class OutputFile: Sendable {
    package let name: FileName

    /// Whether ``write(_:at:)`` works: only on a new file, as what is written out of order has to
    /// stay unseen until it is whole (R30).
    package var takesPositions: Bool { temporary != nil }

    let temporary: TemporaryFile?
    let replacing: Bool
    /// The file that a commit replaces: its owner and mode are kept.
    let replaced: FileStatus?
    /// Where writes go: to the new file too, lent by `temporary`.
    let straight: Descriptor
    private let writeback = EarlyWriteback()

    /// A new file at `path`, or the FIFO or device that is there.
    ///
    /// Symbolic links are followed: the link stays, its target is written. An existing regular file
    /// is refused now, before any work, unless `replacing`; a target that is one of `inputs` always.
    /// `named` does without O_TMPFILE, as some filesystems have to.
    package init(
        path: FilePath, replacing: Bool, inputs: [FileIdentity] = [], named: Bool = false
    ) throws(FileError) {
        let target = try OutputTarget.resolve(path, replacing: replacing, inputs: inputs)
        self.replacing = replacing
        name = .path(path)
        do throws(SystemError) {
            switch target {
            case .file(let resolved, let replaced):
                self.replaced = replaced
                let file = try TemporaryFile(target: resolved, named: named)
                temporary = file
                straight = Descriptor(borrowing: file.descriptor.number)
            case .straight:
                temporary = nil
                replaced = nil
                straight = try Descriptor(opening: path, flags: O_WRONLY)
                straight.enlargePipe()
            case .standardOutput:
                temporary = nil
                replaced = nil
                straight = Descriptor(borrowing: STDOUT_FILENO)
                straight.enlargePipe()
            }
        } catch {
            throw .creating(path, error)
        }
    }

    /// A new file with the last component of `path`, in a directory that is open already.
    ///
    /// Nothing is followed: a link that has the name is replaced itself, or refused.
    package init(
        path: FilePath, in directory: OutputDirectory, replacing: Bool,
        inputs: [FileIdentity] = []
    ) throws(FileError) {
        self.replacing = replacing
        name = .path(path)
        let existing = try directory.existing(path)
        if let existing {
            if inputs.contains(existing.identity) { throw .sameFile(path) }
            switch existing.kind {
            case .directory: throw .isDirectory(.path(path))
            case .characterDevice, .other: throw .exists(path)
            case .regular, .symbolicLink: break
            }
            guard replacing else { throw .exists(path) }
        }
        replaced = existing?.kind == .regular ? existing : nil
        do throws(SystemError) {
            let file = try TemporaryFile(target: path, in: directory)
            temporary = file
            straight = Descriptor(borrowing: file.descriptor.number)
        } catch { throw .creating(path, error) }
    }

    /// The writing end of a pipe within the process.
    convenience init(pipe: consuming Descriptor) { self.init(standardOutput: pipe) }

    private init(standardOutput: consuming Descriptor, name: FileName = .standardOutput) {
        self.name = name
        temporary = nil
        replacing = false
        replaced = nil
        straight = standardOutput
        straight.enlargePipe()
    }

    /// Standard output as it comes: from its offset on, or appended where it was opened so.
    package static func standardOutput() -> OutputFile {
        OutputFile(standardOutput: Descriptor(borrowing: STDOUT_FILENO))
    }

    /// An open descriptor that somebody else owns, written from its offset on.
    package convenience init(borrowing number: Int32) {
        self.init(standardOutput: Descriptor(borrowing: number), name: .descriptor(number))
    }

    package var isTerminal: Bool { isatty(straight.number) == 1 }

    /// Writes all of `bytes` after what was written before.
    ///
    /// - Throws: ``FileError/brokenPipe``, ``FileError/noSpace(_:)``,
    ///   ``FileError/writeFailed(_:_:)``; so do the other writes.
    package func write(_ bytes: RawSpan) throws(FileError) {
        try writing(bytes.byteCount) { () throws(SystemError) in
            unsafe try bytes.withUnsafeBytes { (buffer) throws(SystemError) in
                unsafe try straight.write(buffer)
            }
        }
    }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        unsafe try write(bytes.span.bytes)
    }

    /// Writes two parts one after the other: a frame's word and its body, in one call.
    package func write(_ first: RawSpan, _ second: RawSpan) throws(FileError) {
        try writing(first.byteCount + second.byteCount) { () throws(SystemError) in
            unsafe try first.withUnsafeBytes { (first) throws(SystemError) in
                unsafe try second.withUnsafeBytes { (second) throws(SystemError) in
                    unsafe try straight.write(first, second)
                }
            }
        }
    }

    /// Writes to a place in a new file, beside other threads.
    package func write(_ bytes: RawSpan, at offset: UInt64) throws(FileError) {
        precondition(takesPositions, "output: only a new file is written by position")
        try writing(bytes.byteCount) { () throws(SystemError) in
            unsafe try bytes.withUnsafeBytes { (buffer) throws(SystemError) in
                unsafe try straight.write(buffer, at: offset)
            }
        }
    }

    package func write(_ first: RawSpan, _ second: RawSpan, at offset: UInt64) throws(FileError) {
        precondition(takesPositions, "output: only a new file is written by position")
        try writing(first.byteCount + second.byteCount) { () throws(SystemError) in
            unsafe try first.withUnsafeBytes { (first) throws(SystemError) in
                unsafe try second.withUnsafeBytes { (second) throws(SystemError) in
                    unsafe try straight.write(first, second, at: offset)
                }
            }
        }
    }

    private func writing(
        _ byteCount: Int, _ body: () throws(SystemError) -> Void
    ) throws(FileError) {
        try translating(body)
        if takesPositions { writeback.advance(byteCount, in: straight) }
    }

    func translating(_ body: () throws(SystemError) -> Void) throws(FileError) {
        do throws(SystemError) {
            try body()
        } catch {
            throw .writing(name, error)
        }
    }

    /// What the filesystem kept back until the file is closed (NFS does), asked of a copy of the
    /// descriptor, as standard output itself stays open.
    func flushStraight() throws(FileError) {
        try translating { () throws(SystemError) in
            let copy = coffer_duplicate(straight.number)
            guard copy >= 0, close(copy) == 0 else { throw .last }
        }
    }
}
