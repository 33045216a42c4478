import Glibc
import PKCS11Token
import SecretMemory
import TokenBed

/// Uses one token before and after a fork, in both processes at once.
enum ForkProbe {
    private static let query = KeyQuery(kind: .hmac, label: "mac", id: nil)

    static func run() -> Int32 {
        do {
            let label = SoftToken.prepare(0)
            let token = try Token(
                uri: TokenURI("pkcs11:token=\(label)"), modulePath: SoftToken.module
            ) { unsafe SecretBytes(copying: Array(SoftToken.pin.utf8).span.bytes) }
            try token.withWritingSession { session throws(TokenError) in
                _ = try session.generateHMACKey(label: "mac", id: [1])
            }
            let before = try code(token)
            // Swift's own declaration forbids it, since threads do not come along: there are none.
            typealias Fork = @convention(c) () -> pid_t
            guard let symbol = unsafe dlsym(nil, "fork") else { return 3 }
            let child = unsafe unsafeBitCast(symbol, to: Fork.self)()
            guard child >= 0 else { return 4 }
            for _ in 0..<100 where try code(token) != before { return child == 0 ? 5 : 6 }
            if child == 0 { exit(0) }
            var status: Int32 = 0
            guard unsafe waitpid(child, &status, 0) == child else { return 7 }
            return status == 0 ? 0 : 8
        } catch {
            print(error)
            return 9
        }
    }

    private static func code(_ token: Token) throws -> [UInt8] {
        try token.withSession { session throws(TokenError) in
            try session.hmac([1, 2, 3], under: session.key(query)).withBytes { bytes in
                bytes.byteOffsets.map {
                    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                }
            }
        }
    }
}
