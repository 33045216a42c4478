package import PKCS11Token
package import SecretMemory
internal import Synchronization

/// Material of one version, opened inside the token. After a reset of the token it is opened anew
/// from its row.
package final class TokenMaterial: Sendable {
    private struct Opened {
        let generation: Int
        let object: TokenObject
    }

    private let token: Token
    private let root: TokenRoot
    private let wrapped: [UInt8]
    private let code: [UInt8]
    private let place: MaterialPlace
    private let opened: Mutex<Opened?> = Mutex(nil)

    init(
        token: Token, root: TokenRoot, wrapped: [UInt8], code: [UInt8], place: MaterialPlace
    ) {
        self.token = token
        self.root = root
        self.wrapped = wrapped
        self.code = code
        self.place = place
    }

    deinit {
        guard let opened = opened.withLock({ $0 }) else { return }
        token.destroy(opened.object, ofGeneration: opened.generation)
    }

    func open() throws(TokenError) { _ = try current() }

    /// HMAC-SHA-256(material, `info` ‖ 01).
    package func derivedKey(info: [UInt8]) throws(TokenError) -> SecretBytes {
        let message = info + [0x01]
        for _ in 0..<3 {
            let opened = try current()
            let key = try token.withSession { session throws(TokenError) -> SecretBytes? in
                // Sessions were opened anew since: what was known of objects is void.
                guard session.generation == opened.generation else { return nil }
                return try session.hmac(message, under: opened.object)
            }
            if let key { return key }
            forget(opened.generation)
        }
        throw .tokenGone(call: "C_SignInit", code: 0)
    }

    private func current() throws(TokenError) -> Opened {
        try opened.withLock { opened throws(TokenError) in
            if let opened { return opened }
            try root.verify(code, place, wrapped: wrapped)
            let new = try token.withKeptSession { session throws(TokenError) in
                Opened(
                    generation: session.generation, object: try root.unwrap(wrapped, in: session))
            }
            opened = new
            return new
        }
    }

    private func forget(_ generation: Int) {
        opened.withLock { opened in
            if opened?.generation == generation { opened = nil }
        }
    }
}
