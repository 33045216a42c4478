package import ContainerFormat
package import PKCS11Token
package import SecretMemory
internal import Synchronization

/// A key of a token that wraps 32-byte secrets: file keys, shares, the root key of a keystore.
///
/// An AES key, or a pair of RSA keys with one CKA_ID. All of it blocks the calling thread; several
/// may use it at once.
///
/// Specification: container-v1, 6.3, `pkcs11`.
package final class TokenKey: Sendable {
    package static let secretByteCount = 32

    private struct Located {
        let generation: Int
        let key: TokenObject
        /// What encrypts: the same AES key, or the public half.
        let publicKey: TokenObject
    }

    /// Token serial, a colon, and the CKA_ID in hexadecimal digits.
    package let keyID: [UInt8]

    private let token: Token
    private let query: KeyQuery
    private let allowsSHA1: Bool
    private let located: Mutex<Located?> = Mutex(nil)
    private let chosen: Mutex<WrapMechanism?> = Mutex(nil)

    /// Looks the key up, which asks for the PIN if the token wants one.
    ///
    /// - Parameter allowsSHA1: whether RSA-OAEP with SHA-1 may be used: what tokens without
    ///   SHA-256 offer.
    /// - Throws: ``TokenError/keyNotFound``, ``TokenError/keyAmbiguous``,
    ///   ``TokenError/keyHasNoID``, or what the login throws.
    package init(token: Token, uri: TokenURI, allowsSHA1: Bool = false) throws(TokenError) {
        let (query, id) = try token.withSession { session throws(TokenError) in
            try Self.find(uri, session)
        }
        guard !id.isEmpty else { throw .keyHasNoID }
        self.token = token
        self.allowsSHA1 = allowsSHA1
        // From here on by CKA_ID, which is what the stanza promises.
        self.query = KeyQuery(kind: query.kind, label: query.label, id: id)
        keyID = Array("\(token.serial):".utf8) + id.flatMap(Self.hexadecimal)
    }

    /// Makes an AES key in the token if the URI's is not there.
    package static func create(token: Token, uri: TokenURI) throws(TokenError) {
        do throws(TokenError) {
            _ = try token.withSession { session throws(TokenError) in try find(uri, session) }
        } catch {
            guard error == .keyNotFound else { throw error }
            try token.withWritingSession { session throws(TokenError) in
                _ = try session.generateAESKey(
                    label: uri.object ?? "", id: uri.id ?? SystemRandom.bytes(count: 16))
            }
        }
    }

    /// - Throws: ``TokenError/keyExtractable`` if the token gives it away.
    package func requireUnextractable() throws(TokenError) {
        try token.withSession { session throws(TokenError) in
            guard try !session.isExtractable(locate(session).key) else { throw .keyExtractable }
        }
    }

    /// Whether the stanza names this key. What it holds is known only when it is opened.
    package func matches(_ stanza: Stanza) -> Bool {
        stanza.type == "pkcs11" && stanza.keyID == keyID && !stanza.body.isEmpty
    }

    /// The body of a stanza: u8 mechanism ‖ data. The first call finds out by a trial what works.
    package func wrap(
        _ secret: borrowing SecretBytes, binder: [UInt8]
    ) throws(TokenError) -> [UInt8] {
        precondition(
            secret.byteCount == Self.secretByteCount, "pkcs11: the secret's length is wrong")
        let mechanism = try chosenMechanism()
        return [mechanism.rawValue] + (try wrap(secret, by: mechanism, binder: binder))
    }

    /// What the body holds, of any length. Whether it is the secret that is meant, only mechanism 3
    /// tells; otherwise the commitment does.
    ///
    /// - Throws: ``TokenError/notAuthentic``; ``TokenError/mechanismNotAllowed`` for RSA-OAEP with
    ///   SHA-1 where that is not configured.
    package func unwrap(_ body: [UInt8], binder: [UInt8]) throws(TokenError) -> SecretBytes {
        guard let first = body.first, let mechanism = WrapMechanism(rawValue: first) else {
            throw .notAuthentic
        }
        guard mechanism != .oaepSHA1 || allowsSHA1 else { throw .mechanismNotAllowed }
        return try unwrap(Array(body.dropFirst()), by: mechanism, binder: binder)
    }

    private func chosenMechanism() throws(TokenError) -> WrapMechanism {
        if let mechanism = chosen.withLock({ $0 }) { return mechanism }
        let mechanism = try probe()
        chosen.withLock { $0 = mechanism }
        return mechanism
    }

    /// The first mechanism, in the order of preference, that brings a random secret back: tokens
    /// list mechanisms that they refuse, and others have a name for something else.
    private func probe() throws(TokenError) -> WrapMechanism {
        let candidates: [WrapMechanism] =
            switch query.kind {
            case .aes, .hmac: [.keyWrap, .paddedKeyWrap, .gcm]
            case .rsaPrivate, .rsaPublic: allowsSHA1 ? [.oaepSHA256, .oaepSHA1] : [.oaepSHA256]
            }
        var code: UInt?
        let binder = [UInt8](repeating: 0, count: 32)
        for mechanism in candidates {
            do throws(TokenError) {
                let secret = SecretBytes(randomByteCount: Self.secretByteCount)
                let wrapped = try wrap(secret, by: mechanism, binder: binder)
                let back = try unwrap(wrapped, by: mechanism, binder: binder)
                if Self.isPlausible(wrapped, mechanism), Self.areEqual(secret, back) {
                    return mechanism
                }
            } catch {
                switch error {
                case .callFailed(_, let failed): code = failed
                case .notAuthentic, .noUsableMechanism: break
                default: throw error
                }
            }
        }
        throw .noUsableMechanism(code: code)
    }

    /// The lengths of the specification. NSS's own padding under 0x210A makes 48 bytes, for one.
    private static func isPlausible(_ wrapped: [UInt8], _ mechanism: WrapMechanism) -> Bool {
        switch mechanism {
        case .keyWrap, .paddedKeyWrap: wrapped.count == secretByteCount + 8
        case .gcm: wrapped.count == Session.gcmIVByteCount + secretByteCount + 16
        case .oaepSHA256, .oaepSHA1: wrapped.count >= 256
        }
    }

    private func wrap(
        _ secret: borrowing SecretBytes, by mechanism: WrapMechanism, binder: [UInt8]
    ) throws(TokenError) -> [UInt8] {
        // Noncopyable secrets cannot be borrowed into a closure that may run twice.
        let copy = secret.duplicate()
        return try token.withSession { session throws(TokenError) in
            let key = try locate(session).publicKey
            switch mechanism {
            case .keyWrap: return try session.wrap(copy, under: key, by: .plain)
            case .paddedKeyWrap: return try session.wrap(copy, under: key, by: .padded)
            case .gcm:
                let iv = SystemRandom.bytes(count: Session.gcmIVByteCount)
                return iv
                    + (try session.encrypt(
                        copy, under: key, by: .gcm(iv: iv, associatedData: binder)))
            case .oaepSHA256: return try session.encrypt(copy, under: key, by: .oaepSHA256)
            case .oaepSHA1: return try session.encrypt(copy, under: key, by: .oaepSHA1)
            }
        }
    }

    private func unwrap(
        _ data: [UInt8], by mechanism: WrapMechanism, binder: [UInt8]
    ) throws(TokenError) -> SecretBytes {
        try token.withSession { session throws(TokenError) in
            let key = try locate(session).key
            switch mechanism {
            case .keyWrap: return try session.unwrap(data, under: key, by: .plain)
            case .paddedKeyWrap: return try session.unwrap(data, under: key, by: .padded)
            case .gcm:
                guard data.count > Session.gcmIVByteCount else { throw .notAuthentic }
                let iv = Array(data.prefix(Session.gcmIVByteCount))
                return try session.decrypt(
                    Array(data.dropFirst(iv.count)), under: key,
                    by: .gcm(iv: iv, associatedData: binder))
            case .oaepSHA256: return try session.decrypt(data, under: key, by: .oaepSHA256)
            case .oaepSHA1: return try session.decrypt(data, under: key, by: .oaepSHA1)
            }
        }
    }

    /// The key's objects, found once for as long as the sessions live.
    private func locate(_ session: Session) throws(TokenError) -> Located {
        let known = located.withLock { $0 }
        if let known, known.generation == session.generation { return known }
        let key = try session.key(query)
        var publicKey = key
        if query.kind == .rsaPrivate {
            publicKey = try session.key(KeyQuery(kind: .rsaPublic, label: nil, id: query.id))
        }
        let found = Located(generation: session.generation, key: key, publicKey: publicKey)
        located.withLock { $0 = found }
        return found
    }

    /// Secret keys before private ones, unless the URI says which.
    private static func find(
        _ uri: TokenURI, _ session: Session
    ) throws(TokenError) -> (KeyQuery, id: [UInt8]) {
        var query = KeyQuery(kind: .aes, label: uri.object, id: uri.id)
        if uri.keyClass != .privateKey {
            do throws(TokenError) {
                return (query, try session.id(of: session.key(query)))
            } catch {
                guard error == .keyNotFound, uri.keyClass == nil else { throw error }
            }
        }
        query.kind = .rsaPrivate
        return (query, try session.id(of: session.key(query)))
    }

    /// No attacker sees the time that this takes: both are of the trial.
    private static func areEqual(
        _ left: borrowing SecretBytes, _ right: borrowing SecretBytes
    ) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        return left.withBytes { left in
            right.withBytes { right in
                left.byteOffsets.allSatisfy {
                    unsafe left.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                        == right.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                }
            }
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
