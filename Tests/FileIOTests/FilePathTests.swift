import FileIO
import Testing

@Suite struct FilePathTests {
    @Test(
        "A path falls into its directory and its last component",
        arguments: [
            ("name", ".", "name"), ("a/b", "a", "b"), ("/b", "/", "b"), ("//b", "/", "b"),
            ("/a//b", "/a", "b"), ("a/", "a", ""), ("../x", "..", "x"),
        ])
    func parts(path: String, directory: String, name: String) {
        #expect(FilePath(text: path).directory == FilePath(text: directory))
        #expect(FilePath(text: path).lastComponent == FilePath(text: name))
    }

    @Test("A suffix comes off only where a name remains")
    func suffixes() {
        #expect(
            FilePath(text: "d/f.coffer").removing(suffix: ".coffer") == FilePath(text: "d/f"))
        #expect(FilePath(text: "d/.coffer").removing(suffix: ".coffer") == nil)
        #expect(FilePath(text: "d/f.tar").removing(suffix: ".coffer") == nil)
        #expect(FilePath(text: "f").appending(suffix: ".coffer") == FilePath(text: "f.coffer"))
    }

    @Test("A path with a NUL opens nothing, not what stands before the NUL")
    func embeddedNUL() throws {
        let sandbox = Sandbox()
        let path = try sandbox.write("safe", [1])
        let forged = FilePath(bytes: path.bytes + [0] + Array(".txt".utf8))
        #expect(throws: FileError.cannotOpen(.path(forged), .noSuchFile)) {
            _ = try InputFile(path: forged)
        }
    }

    @Test("A name that is no UTF-8 is written and read back")
    func bytesAsName() throws {
        let sandbox = Sandbox()
        let path = sandbox.directory.appending(component: FilePath(bytes: [0x66, 0xE9, 0x80]))
        let output = try OutputFile(path: path, replacing: false)
        try output.write([7])
        try output.commit()
        #expect(try InputFile(path: path).everything(step: 5) == [7])
        #expect(path.displayText.hasSuffix("/f\\xE9\\x80"))
    }

    @Test(
        "What could deceive a reader is spelled out (R38)",
        arguments: [
            ("a\u{1B}[31mb", "a\\x1B[31mb"), ("a\nb\r\t", "a\\nb\\r\\t"), ("\u{7F}", "\\x7F"),
            ("\u{9B}2J", "\\u{9B}2J"), ("gpj.\u{202E}exe", "gpj.\\u{202E}exe"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"), ("\u{200F}", "\\u{200F}"),
            ("\u{061C}", "\\u{61C}"), ("\u{2028}", "\\u{2028}"), ("\u{FEFF}", "\\u{FEFF}"),
            ("\u{E0041}", "\\u{E0041}"), ("\\x1B", "\\\\x1B"), ("größe 日本 👩‍👩‍👧", "größe 日本 👩‍👩‍👧"),
        ])
    func escapes(text: String, shown: String) {
        #expect(Escaped.text(text) == shown)
        #expect(Escaped.bytes(Array(text.utf8)) == shown)
        #expect(Escaped.argument(ArgumentBytes.encode(Array(text.utf8))) == shown)
    }
}
