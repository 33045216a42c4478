import FileIO
import Testing

@Suite struct TextFileTests {
    private let sandbox = Sandbox()

    @Test(
        "Lines end in LF or CRLF, the last one in nothing too; a mark is dropped",
        arguments: [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb", ["a", "b"]),
            ("\u{FEFF}a\n\nb\r\n", ["a", "", "b"]), ("\u{FEFF}", []), ("a\rb\n", ["a\rb"]),
        ] as [(String, [String])])
    func lines(content: String, lines: [String]) throws {
        let file = try TextFile(path: try sandbox.write("t", Array(content.utf8)))
        #expect(file.lines.map(\.argument) == lines)
        #expect(file.lines.map(\.number) == Array(1..<(lines.count + 1)))
    }

    @Test("A line that is no UTF-8 names the file it means")
    func bytes() {
        let file = TextFile(bytes: [0x66, 0xE9, 0x0A])
        #expect(file.lines.map { FilePath(argument: $0.argument).bytes } == [[0x66, 0xE9]])
    }

    @Test("More than the limit is refused, also from a stream")
    func limit() throws {
        let path = try sandbox.write("t", pattern(11))
        #expect(try TextFile(path: path, limit: 11).bytes.count == 11)
        #expect(throws: FileError.tooLarge(.path(path), limit: 10)) {
            _ = try TextFile(path: path, limit: 10)
        }
        let endless = FilePath(text: "/dev/zero")
        #expect(throws: FileError.tooLarge(.path(endless), limit: 10)) {
            _ = try TextFile(path: endless, limit: 10)
        }
    }
}
