import Envelope
import FileIO

/// The word `commit` on a descriptor: whoever makes the data says there that it has made all of it.
///
/// Seven bytes, the word and a line end, or the word alone before the end of the file. Whatever else
/// comes, and an end without anything, says that the data is not the whole.
final class CommitWord: Producer {
    private static let word = Array("commit".utf8)

    private let descriptor: Int32
    private let input: InputFile

    init(descriptor: Int32) throws {
        self.descriptor = descriptor
        input = try InputFile(borrowing: descriptor)
    }

    func start() {}

    func confirmEnd() throws {
        var bytes = [UInt8](repeating: 0, count: Self.word.count + 1)
        var span = bytes.mutableSpan
        var room = unsafe span.mutableBytes
        let count = try input.read(into: &room)
        guard Self.isCommit(bytes.prefix(count)) else {
            throw Failure(
                .producer,
                "nobody said 'commit' on descriptor \(descriptor): the input is not whole",
                file: .descriptor(descriptor),
                hints: [
                    "see what failed before; 'echo commit >&\(descriptor)' says that all went well"
                ])
        }
    }

    static func isCommit(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.elementsEqual(word) || bytes.elementsEqual(word + [UInt8(ascii: "\n")])
    }

    func cancel() { input.cancelReads() }
}
