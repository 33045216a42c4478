package import FileIO

/// Takes plaintext in order, each piece after it and all before it were authenticated.
package protocol PlaintextConsumer: AnyObject, Sendable {
    func take(_ chunk: RawSpan) throws
}

/// Where a decryption's plaintext goes.
package enum PlaintextSink: Sendable {
    /// It is only checked.
    case nothing
    case file(OutputFile)
    case consumer(any PlaintextConsumer)

    /// The file, where chunks may be put to their place in it.
    var positionalFile: OutputFile? {
        guard case .file(let file) = self, file.takesPositions else { return nil }
        return file
    }

    func write(_ chunk: RawSpan) throws {
        switch self {
        case .nothing: break
        case .file(let file): try file.write(chunk)
        case .consumer(let consumer): try consumer.take(chunk)
        }
    }
}
