import ContainerFormat
import Dispatch
import Envelope
import FileIO
import Foundation
import FrameSealing
import Glibc
import KeyProviders
import OpenSSLCrypto
import Synchronization

/// What a decoder answered: `ok` or a code, and everything that it released.
struct Outcome: Equatable, Sendable, CustomStringConvertible {
    var code: String
    var count: Int
    var sha256: String

    var description: String { "\(code) after \(count) bytes, \(sha256.prefix(16))" }

    /// The code of the specification (section 12) for anything that the decoder throws.
    static func code(of error: any Error) -> String {
        switch error {
        case let error as ContainerError: error.code.rawValue.uppercased()
        case let failure as UnlockFailure:
            switch failure.code {
            case .noKey: "NO_KEY"
            case .limit: "LIMIT"
            case .unreachable: "UNREACHABLE"
            case .denied: "DENIED"
            case .configuration: "CONFIG"
            case .keystore: "KEYSTORE"
            case .engine: "INTERNAL"
            }
        default: "\(error)"
        }
    }
}

/// How a test runs the decoder.
struct Decoder: Sendable, CustomStringConvertible {
    enum Input: Sendable, CaseIterable { case file, stream }

    var input = Input.file
    var workers = 2
    var engine = ChunkCipherEngine.openSSL

    var description: String { "\(input), \(workers) workers, \(engine)" }

    /// Every way that has to give the same answer (R29).
    static let all: [Decoder] = Input.allCases.flatMap { input in
        [1, 2, 64].flatMap { workers in
            ChunkCipherEngine.allCases.map {
                Decoder(input: input, workers: workers, engine: $0)
            }
        }
    }

    /// Runs `body` with an output that goes nowhere but into the hash: what it got is released.
    static func releasing(_ body: (OutputFile) throws -> Void) throws -> Outcome {
        let drain = try Drain()
        let result = Result { try drain.lending(body) }
        var outcome = drain.finish()
        if case .failure(let error) = result { outcome.code = Outcome.code(of: error) }
        return outcome
    }

    func decrypt(
        _ container: [UInt8], _ keys: [any KeyProvider], options: DecryptionOptions = .init()
    ) throws -> (outcome: Outcome, summary: DecryptionSummary?) {
        var options = options
        options.workerCount = workers
        options.engine = engine
        let decryption = Decryption(keys: keys, options: options)
        var summary: DecryptionSummary?
        let outcome = try Self.releasing { output in
            try withInput(container) { summary = try decryption.run($0, to: output) }
        }
        return (outcome, summary)
    }

    func structure(_ container: [UInt8]) throws -> String {
        do {
            _ = try withInput(container) { try StructureCheck().run($0) }
            return "ok"
        } catch { return Outcome.code(of: error) }
    }

    func withInput<R>(_ bytes: [UInt8], _ body: (InputFile) throws -> R) throws -> R {
        switch input {
        case .file: try Scratch.withBareFile(bytes) { try body(InputFile(path: $0)) }
        case .stream: try Feed.withPipe(bytes, body)
        }
    }
}

/// The reading end of a pipe, on a thread of its own: hashes, and keeps nothing.
private final class Drain: Sendable {
    private let writer: Mutex<OutputFile?>
    private let outcome = Mutex(Outcome(code: "ok", count: 0, sha256: ""))
    private let group = DispatchGroup()

    init() throws {
        let (reader, writer) = try Pipe.make()
        self.writer = Mutex(writer)
        DispatchQueue(label: "test.drain").async(group: group) { [self] in
            let result = Result { try Self.hash(reader) }
            outcome.withLock { outcome in
                switch result {
                case .success(let (count, digest)):
                    (outcome.count, outcome.sha256) = (count, digest)
                case .failure(let error): outcome.code = "drain: \(error)"
                }
            }
        }
    }

    /// The pipe ends when `body` has returned and nobody holds the writer any more.
    func lending(_ body: (OutputFile) throws -> Void) throws {
        guard let writer = writer.withLock({ $0.take() }) else { return }
        try body(writer)
    }

    func finish() -> Outcome {
        group.wait()
        return outcome.withLock { $0 }
    }

    private static func hash(_ reader: InputFile) throws -> (Int, String) {
        let digest = try SHA256()
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            var span = buffer.mutableSpan
            var bytes = unsafe span.mutableBytes
            let count = try reader.read(into: &bytes)
            guard count > 0 else { break }
            unsafe try digest.update(buffer.span.bytes.extracting(0..<count))
            total += count
            if count < buffer.count { break }
        }
        return (total, Bytes.hexText(try digest.finalize()))
    }
}

/// Pipes into the decoder.
enum Feed {
    /// Writes in pieces whose size fits nothing.
    static let pieceByteCount = 4099

    static func withPipe<R>(_ bytes: [UInt8], _ body: (InputFile) throws -> R) throws -> R {
        // A decoder that stops early closes the pipe under the writer.
        signal(SIGPIPE, SIG_IGN)
        let group = DispatchGroup()
        defer { group.wait() }
        let reader = try Self.reader(bytes, group)
        return try body(reader)
    }

    private static func reader(_ bytes: [UInt8], _ group: DispatchGroup) throws -> InputFile {
        let (reader, writer) = try Pipe.make()
        DispatchQueue(label: "test.feed").async(group: group) {
            var start = 0
            do {
                while start < bytes.count {
                    let end = min(start + pieceByteCount, bytes.count)
                    try unsafe writer.write(bytes.span.bytes.extracting(start..<end))
                    start = end
                }
            } catch {}
        }
        return reader
    }
}

/// Files that go when the test is over.
enum Scratch {
    static func withFolder<R>(_ body: (FilePath) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-test-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(FilePath(text: folder.path))
    }

    private static let count = Atomic<Int>(0)

    /// For the thousands of containers that are only read: no folder of its own.
    static func withBareFile<R>(_ bytes: [UInt8], _ body: (FilePath) throws -> R) throws -> R {
        let number = count.add(1, ordering: .relaxed).newValue
        let folder = FileManager.default.temporaryDirectory.path
        let path = FilePath(text: "\(folder)/coffer-test-\(getpid())-\(number)")
        let file = unsafe path.withCString { unsafe open($0, O_WRONLY | O_CREAT | O_EXCL, 0o600) }
        guard file >= 0 else { throw CannotWrite(errno: errno) }
        defer { _ = unsafe path.withCString { unsafe unlink($0) } }
        let written = unsafe Glibc.write(file, bytes, bytes.count)
        close(file)
        guard written == bytes.count else { throw CannotWrite(errno: errno) }
        return try body(path)
    }

    struct CannotWrite: Error { let errno: Int32 }

    static func withFile<R>(_ bytes: [UInt8], _ body: (FilePath) throws -> R) throws -> R {
        try withFolder { folder in
            let path = folder.appending(component: "container")
            try write(bytes, to: path)
            return try body(path)
        }
    }

    static func write(_ bytes: [UInt8], to path: FilePath) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path.displayText))
    }

    static func read(_ path: FilePath) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.displayText)))
    }

    static func names(in folder: FilePath) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.displayText).sorted()
    }
}
