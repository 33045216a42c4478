package import KMSDomain
package import PKCS11Token
package import SecretMemory
internal import Synchronization

/// A root of trust and a key backend in a token: neither the root nor any key material is ever in
/// this process's memory, only the keys of single messages.
///
/// Two keys of the token, neither extractable: an AES key NAME, which wraps, and a key NAME-mac for
/// HMAC-SHA-256, from which the root's keys derive and which ties a row to its place.
///
///     row    = C_WrapKey(AES key wrap, material) (40) ‖ rowmac (32)
///     rowmac = HMAC-SHA-256("coffer/v1 row" ‖ 00 ‖ key id ‖ version id ‖ purpose ‖ wrapped)
///
/// All of it blocks the calling thread; several may use it at once. Specification: keystore.
package final class TokenRoot: RootOfTrust, KeyBackend {
    private static let label = Array("coffer/v1 row".utf8) + [0]
    private static let wrappedByteCount = 40
    private static let macByteCount = 32
    /// What the name of the second key ends in.
    package static let macKeySuffix = "-mac"

    private struct Located {
        let generation: Int
        let wrapping: TokenObject
        let mac: TokenObject
    }

    private let token: Token
    private let name: String
    private let located: Mutex<Located?> = Mutex(nil)

    /// Looks both keys up, which asks for the PIN if the token wants one.
    ///
    /// - Throws: ``TokenError/noUsableMechanism(code:)`` if the token cannot wrap keys or has no
    ///   HMAC, as a TPM.
    package init(token: Token, name: String) throws(TokenError) {
        self.token = token
        self.name = name
        try token.withSession { session throws(TokenError) in
            guard session.offers(.plain), session.offersHMAC else {
                throw .noUsableMechanism(code: nil)
            }
            _ = try locate(session)
        }
    }

    /// Makes both keys in the token.
    package static func create(token: Token, name: String) throws(TokenError) {
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateAESKey(label: name, id: SystemRandom.bytes(count: 16))
            _ = try session.generateHMACKey(
                label: name + macKeySuffix, id: SystemRandom.bytes(count: 16))
        }
    }

    package func derive(info: [UInt8]) throws(RootOfTrustError) -> SecretBytes {
        do throws(TokenError) {
            return try token.withSession { session throws(TokenError) in
                try session.hmac(info + [0x01], under: locate(session).mac)
            }
        } catch {
            throw .unavailable(error.reason)
        }
    }

    package func generateMaterial(
        for key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        guard purpose.spec == .symmetricDefault else { throw .unsupported }
        do throws(TokenError) {
            return try token.withSession { session throws(TokenError) in
                let keys = try locate(session)
                let material = try session.generateMaterial()
                let wrapped = try session.wrap(material, under: keys.wrapping, by: .plain)
                try session.destroy(material)
                guard wrapped.count == Self.wrappedByteCount else {
                    throw .noUsableMechanism(code: nil)
                }
                let place = Self.place(key, version, purpose)
                let code = try session.hmac(place + wrapped, under: keys.mac)
                return wrapped + code.publicBytes
            }
        } catch {
            throw KeyBackendError(error)
        }
    }

    package func openMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> any KeyHandle {
        guard sealed.count == Self.wrappedByteCount + Self.macByteCount else {
            throw .materialNotAuthentic
        }
        let material = TokenMaterial(
            token: token, root: self, wrapped: Array(sealed.prefix(Self.wrappedByteCount)),
            code: Array(sealed.suffix(Self.macByteCount)),
            place: Self.place(key, version, purpose))
        do throws(TokenError) {
            try material.open()
        } catch {
            throw KeyBackendError(error)
        }
        return material
    }

    /// - Throws: ``TokenError/notAuthentic`` unless the code is this row's, in this place.
    func verify(_ code: [UInt8], place: [UInt8], wrapped: [UInt8]) throws(TokenError) {
        try token.withSession { session throws(TokenError) in
            try session.verifyHMAC(code, of: place + wrapped, under: locate(session).mac)
        }
    }

    /// The material as an object of the session, not extractable. Its code was verified before.
    func unwrap(_ wrapped: [UInt8], in session: Session) throws(TokenError) -> TokenObject {
        try session.unwrapMaterial(wrapped, under: locate(session).wrapping)
    }

    private static func place(
        _ key: KeyID, _ version: VersionID, _ purpose: MaterialPurpose
    ) -> [UInt8] {
        label + key.bytes + version.bytes + purpose.bytes
    }

    private func locate(_ session: Session) throws(TokenError) -> Located {
        let known = located.withLock { $0 }
        if let known, known.generation == session.generation { return known }
        let found = Located(
            generation: session.generation,
            wrapping: try session.key(KeyQuery(kind: .aes, label: name, id: nil)),
            mac: try session.key(
                KeyQuery(kind: .hmac, label: name + Self.macKeySuffix, id: nil)))
        located.withLock { $0 = found }
        return found
    }
}

extension SecretBytes {
    /// An authentication code is no secret; it goes into the row.
    fileprivate var publicBytes: [UInt8] {
        withBytes { bytes in
            bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
    }
}
