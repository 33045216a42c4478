internal import FileIO

/// Plaintext that is made while it is read: once, in order, by one thread at a time.
protocol PlaintextStream: AnyObject, Sendable {
    /// Told once, before the first read.
    func begin(chunkByteCount: Int)

    /// Fills `bytes`, or less at the end.
    func read(into bytes: inout MutableRawSpan) throws -> Int
}

/// What an encryption reads.
enum PlaintextSource: Sendable {
    case file(InputFile)
    case stream(any PlaintextStream)

    var kind: InputFile.Kind {
        switch self {
        case .file(let input): input.kind
        case .stream: .stream
        }
    }

    func read(into bytes: inout MutableRawSpan) throws -> Int {
        switch self {
        case .file(let input): try input.read(into: &bytes)
        case .stream(let stream): try stream.read(into: &bytes)
        }
    }

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws {
        switch self {
        case .file(let input): try input.read(into: &bytes, at: offset)
        case .stream: preconditionFailure("plaintext source: a stream has no positions")
        }
    }

    func cancelReads() {
        if case .file(let input) = self { input.cancelReads() }
    }

    func hasGrown() throws -> Bool {
        switch self {
        case .file(let input): try input.hasGrown()
        case .stream: false
        }
    }
}
