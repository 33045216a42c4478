import PKCS11Token
import SecretMemory
import TokenBed

/// What the suites share.
enum Bed {
    static func token(_ label: String) throws -> Token {
        try Token(uri: TokenURI("pkcs11:token=\(label)"), modulePath: SoftToken.module) {
            pin(SoftToken.pin)
        }
    }

    static func pin(_ text: String) -> SecretBytes {
        unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
    }

    /// The secrets of a test are none.
    static func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { bytes in
            bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
    }
}
