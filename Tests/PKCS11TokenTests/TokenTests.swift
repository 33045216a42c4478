import Foundation
import PKCS11Token
import SecretMemory
import Synchronization
import Testing
import TokenBed

/// The sessions with a real token, SoftHSM2.
@Suite(.serialized) struct TokenTests {
    private func secret(_ text: String) -> SecretBytes {
        unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
    }

    private func token(
        _ label: String, sessions: Int = 16, pin: String? = SoftToken.pin,
        asked: (@Sendable () -> Void)? = nil
    ) throws -> Token {
        try Token(
            uri: TokenURI("pkcs11:token=\(label)"), modulePath: SoftToken.module,
            maximumSessionCount: sessions
        ) {
            asked?()
            return pin.map { unsafe SecretBytes(copying: Array($0.utf8).span.bytes) }
        }
    }

    private func code(_ token: Token, _ query: KeyQuery) throws -> [UInt8] {
        try token.withSession { session throws(TokenError) in
            try session.hmac([1, 2, 3], under: session.key(query)).publicBytes
        }
    }

    @Test("A library that is missing or is no module is told apart")
    func modules() {
        #expect(throws: TokenError.notAModule(path: "libz.so.1")) {
            _ = try TokenModule.load(path: "libz.so.1")
        }
        do {
            _ = try TokenModule.load(path: "/nowhere/module.so")
            Issue.record("was loaded")
        } catch {
            guard case .moduleNotLoaded("/nowhere/module.so", _) = error else {
                Issue.record("another error: \(error)")
                return
            }
        }
    }

    @Test("A token that is not there is not found, and the PIN not asked for")
    func absent() throws {
        _ = SoftToken.prepare(0)
        #expect(throws: TokenError.tokenNotFound) {
            _ = try token("elsewhere", asked: { Issue.record("asked") })
        }
    }

    @Test("A wrong PIN is tried once, and remembered until it is forgotten")
    func wrongPIN() throws {
        let label = SoftToken.prepare(1)
        let asked = Atomic(0)
        let token = try token(label, pin: "9999", asked: { asked.add(1, ordering: .relaxed) })
        for _ in 0..<5 {
            #expect(throws: TokenError.pinWrong) {
                try token.withSession { (_) throws(TokenError) in }
            }
        }
        #expect(asked.load(ordering: .relaxed) == 1)
        token.forget()
        #expect(throws: TokenError.pinWrong) {
            try token.withSession { (_) throws(TokenError) in }
        }
        #expect(asked.load(ordering: .relaxed) == 2)
    }

    @Test("Without a PIN the error says that one is wanted")
    func noPIN() throws {
        let token = try token(SoftToken.prepare(2), pin: nil)
        #expect(throws: TokenError.pinRequired) {
            try token.withSession { (_) throws(TokenError) in }
        }
    }

    @Test("Threads share few sessions, and the PIN is asked for once")
    func threads() async throws {
        let asked = Atomic(0)
        let token = try token(
            SoftToken.prepare(3), sessions: 2, asked: { asked.add(1, ordering: .relaxed) })
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateHMACKey(label: "mac", id: [7])
        }
        let query = KeyQuery(kind: .hmac, label: "mac", id: nil)
        let expected = try code(token, query)
        let inside = Mutex(0)
        let most = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<50 {
                do {
                    let code = try token.withSession { session throws(TokenError) in
                        let now = inside.withLock {
                            $0 += 1
                            return $0
                        }
                        most.withLock { $0 = max($0, now) }
                        defer { inside.withLock { $0 -= 1 } }
                        return try session.hmac([1, 2, 3], under: session.key(query)).publicBytes
                    }
                    #expect(code == expected)
                } catch { Issue.record("\(error)") }
            }
        }
        #expect(most.withLock { $0 } <= 2)
        #expect(asked.load(ordering: .relaxed) == 1)
    }

    @Test("When all sessions are closed behind its back, the next use logs in anew by itself")
    func reset() throws {
        let asked = Atomic(0)
        let token = try token(SoftToken.prepare(4), asked: { asked.add(1, ordering: .relaxed) })
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateHMACKey(label: "mac", id: [7])
        }
        let query = KeyQuery(kind: .hmac, label: "mac", id: nil)
        let before = try code(token, query)
        try RawModule(SoftToken.module).closeAllSessions(ofToken: token.label)
        #expect(try code(token, query) == before)
        #expect(asked.load(ordering: .relaxed) == 1)
    }

    @Test("A key that is deleted by another process is not found any more")
    func deleted() throws {
        let label = SoftToken.prepare(5)
        let token = try token(label)
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateHMACKey(label: "mac", id: [7])
        }
        let key = try token.withSession { session throws(TokenError) in
            try session.key(KeyQuery(kind: .hmac, label: "mac", id: nil))
        }
        try SoftToken.tool(label, ["--delete-object", "--type", "secrkey", "--label", "mac"])
        do {
            try token.withSession { session throws(TokenError) in
                _ = try session.hmac([1], under: key)
            }
            Issue.record("was used")
        } catch {
            guard case .tokenGone = error else {
                Issue.record("another error: \(error)")
                return
            }
        }
        #expect(throws: TokenError.keyNotFound) {
            _ = try code(token, KeyQuery(kind: .hmac, label: "mac", id: nil))
        }
    }

    @Test("Two keys that fit are one too many")
    func ambiguous() throws {
        let token = try token(SoftToken.prepare(6))
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateAESKey(label: "twin", id: [1])
            _ = try session.generateAESKey(label: "twin", id: [2])
        }
        #expect(throws: TokenError.keyAmbiguous) {
            _ = try token.withSession { session throws(TokenError) in
                try session.key(KeyQuery(kind: .aes, label: "twin", id: nil))
            }
        }
        _ = try token.withSession { session throws(TokenError) in
            try session.key(KeyQuery(kind: .aes, label: "twin", id: [2]))
        }
    }
}

extension SecretBytes {
    /// An authentication code of a test is no secret.
    var publicBytes: [UInt8] {
        withBytes { bytes in
            bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
    }
}
