import SecretMemory
import Testing

@testable import KeyProviders

@Suite struct HexTests {
    @Test("Bytes become two lower-case digits each")
    func text() {
        #expect(Hex.text([0x00, 0x0f, 0xa0, 0xff]) == "000fa0ff")
        #expect(Hex.text([UInt8]()) == "")
    }

    @Test("Digits of either case become the secret they spell")
    func secret() throws {
        let digits = Array("00fFa7".utf8)
        let secret = unsafe Hex.secret(digits.span.bytes)
        let bytes = secret?.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
        #expect(bytes == [0x00, 0xff, 0xa7])
    }

    @Test(
        "What is no hexadecimal is no secret",
        arguments: ["0", "0g", "g0", "0:", "0@", "0`", "/0", " 0", "0\n"])
    func refused(text: String) {
        let digits = Array(text.utf8)
        let isNothing = unsafe Hex.secret(digits.span.bytes) == nil
        #expect(isNothing)
    }
}
