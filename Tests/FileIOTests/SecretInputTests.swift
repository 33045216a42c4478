import FileIO
import Foundation
import SecretMemory
import Testing

@Suite struct SecretInputTests {
    private let sandbox = Sandbox()

    @Test(
        "One line end and a byte order mark do not belong to a passphrase",
        arguments: [
            ("pass", "pass"), ("pass\n", "pass"), ("pass\r\n", "pass"), ("pass\n\n", "pass\n"),
            ("\u{FEFF}pass\n", "pass"), ("pass\r", "pass\r"), ("", ""), ("\n", ""), ("\r\n", ""),
            ("\u{FEFF}", ""), (" pass \n", " pass "),
        ])
    func trimming(content: String, secret: String) throws {
        let path = try sandbox.write("p", Array(content.utf8))
        #expect(try SecretInput.passphrase(path: path).text == secret)
    }

    @Test("The longest passphrase is taken, one byte more is refused")
    func limits() throws {
        let longest = String(repeating: "x", count: SecretInput.passphraseLimit)
        let path = try sandbox.write("p", Array("\u{FEFF}\(longest)\r\n".utf8))
        #expect(try SecretInput.passphrase(path: path).text == longest)
        try sandbox.write("p", Array("\(longest)x".utf8))
        let refused = FileError.tooLarge(.path(path), limit: SecretInput.passphraseLimit)
        #expect(throws: refused) { _ = try SecretInput.passphrase(path: path).text }
    }

    @Test("A passphrase comes through a descriptor up to its end")
    func descriptor() throws {
        let pipe = Pipe()
        pipe.fileHandleForWriting.write(Data("pass\r\n".utf8))
        try pipe.fileHandleForWriting.close()
        let number = pipe.fileHandleForReading.fileDescriptor
        #expect(try SecretInput.passphrase(descriptor: number).text == "pass")
    }

    @Test("A descriptor that is not open is an error")
    func closedDescriptor() {
        #expect(throws: FileError.cannotOpen(.descriptor(987), SystemError(EBADF))) {
            _ = try SecretInput.passphrase(descriptor: 987).text
        }
    }

    @Test("A key file is taken as it is")
    func content() throws {
        let input = try InputFile(path: try sandbox.write("k", Array("\u{FEFF}ab\r\n".utf8)))
        #expect(try SecretInput.content(of: input, limit: 7).text == "\u{FEFF}ab\r\n")
        let again = try InputFile(path: sandbox.path("k"))
        #expect(throws: FileError.tooLarge(again.name, limit: 6)) {
            _ = try SecretInput.content(of: again, limit: 6).text
        }
    }
}

extension SecretBytes {
    /// For secrets that a test made up.
    var text: String {
        withBytes { bytes in
            let copy = (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
            return String(decoding: copy, as: UTF8.self)
        }
    }
}
