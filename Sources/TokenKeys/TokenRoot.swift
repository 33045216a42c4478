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
package final class TokenRoot: Sendable {
    package static let materialByteCount = 32
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
    /// - Throws: ``TokenError/mechanismsMissing(_:)`` if the token cannot wrap keys or has no HMAC,
    ///   as a TPM; ``TokenError/keyExtractable``.
    package init(token: Token, name: String) throws(TokenError) {
        self.token = token
        self.name = name
        try token.withSession { session throws(TokenError) in
            try Self.requireMechanisms(session)
            _ = try locate(session)
        }
    }

    /// Makes those of the two keys in the token that are not there.
    package static func create(token: Token, name: String) throws(TokenError) {
        try token.withWritingSession { session throws(TokenError) in
            try requireMechanisms(session)
            if try isMissing(aesQuery(name), session) {
                _ = try session.generateAESKey(label: name, id: SystemRandom.bytes(count: 16))
            }
            if try isMissing(macQuery(name), session) {
                _ = try session.generateHMACKey(
                    label: name + macKeySuffix, id: SystemRandom.bytes(count: 16))
            }
        }
    }

    private static func requireMechanisms(_ session: Session) throws(TokenError) {
        var missing: [String] = []
        if !session.offers(.plain) { missing.append("CKM_AES_KEY_WRAP") }
        if !session.offersHMAC { missing.append("CKM_SHA256_HMAC") }
        guard missing.isEmpty else { throw .mechanismsMissing(missing) }
    }

    /// HMAC-SHA-256(NAME-mac, `info` ‖ 01).
    package func derivedKey(info: [UInt8]) throws(TokenError) -> SecretBytes {
        try token.withSession { session throws(TokenError) in
            try session.hmac(info + [0x01], under: locate(session).mac)
        }
    }

    /// New material, born in the token.
    package func generateRow(for place: MaterialPlace) throws(TokenError) -> [UInt8] {
        try token.withSession { session throws(TokenError) in
            let keys = try locate(session)
            let material = try session.generateMaterial()
            let wrapped = try session.wrap(material, under: keys.wrapping, by: .plain)
            try session.destroy(material)
            return try row(wrapped, place, session, keys)
        }
    }

    /// Material that comes from elsewhere, as a keystore is moved here.
    package func importRow(
        _ material: borrowing SecretBytes, for place: MaterialPlace
    ) throws(TokenError) -> [UInt8] {
        precondition(
            material.byteCount == Self.materialByteCount, "pkcs11: the material's length is wrong")
        // Noncopyable secrets cannot be borrowed into a closure that may run twice.
        let copy = material.duplicate()
        return try token.withSession { session throws(TokenError) in
            let keys = try locate(session)
            let wrapped = try session.wrap(copy, under: keys.wrapping, by: .plain)
            return try row(wrapped, place, session, keys)
        }
    }

    /// The material itself, as a keystore is moved away: whoever has the PIN can do so.
    ///
    /// - Throws: ``TokenError/notAuthentic`` for another place's row, or a changed one.
    package func exportRow(
        _ row: [UInt8], of place: MaterialPlace
    ) throws(TokenError) -> SecretBytes {
        let (wrapped, code) = try Self.split(row)
        try verify(code, place, wrapped: wrapped)
        return try token.withSession { session throws(TokenError) in
            try session.unwrap(wrapped, under: locate(session).wrapping, by: .plain)
        }
    }

    /// - Throws: ``TokenError/notAuthentic`` for another place's row, or a changed one.
    package func open(
        _ row: [UInt8], of place: MaterialPlace
    ) throws(TokenError) -> TokenMaterial {
        let (wrapped, code) = try Self.split(row)
        let material = TokenMaterial(
            token: token, root: self, wrapped: wrapped, code: code, place: place)
        try material.open()
        return material
    }

    func verify(
        _ code: [UInt8], _ place: MaterialPlace, wrapped: [UInt8]
    ) throws(TokenError) {
        try token.withSession { session throws(TokenError) in
            try session.verifyHMAC(code, of: place.bytes + wrapped, under: locate(session).mac)
        }
    }

    /// The material as an object of the session, not extractable. Its code was verified before.
    func unwrap(_ wrapped: [UInt8], in session: Session) throws(TokenError) -> TokenObject {
        try session.unwrapMaterial(wrapped, under: locate(session).wrapping)
    }

    private static func split(
        _ row: [UInt8]
    ) throws(TokenError) -> (wrapped: [UInt8], code: [UInt8]) {
        guard row.count == wrappedByteCount + macByteCount else { throw .notAuthentic }
        return (Array(row.prefix(wrappedByteCount)), Array(row.suffix(macByteCount)))
    }

    private func row(
        _ wrapped: [UInt8], _ place: MaterialPlace, _ session: Session, _ keys: Located
    ) throws(TokenError) -> [UInt8] {
        guard wrapped.count == Self.wrappedByteCount else { throw .noUsableMechanism(code: nil) }
        return wrapped + (try session.hmac(place.bytes + wrapped, under: keys.mac).publicBytes)
    }

    private func locate(_ session: Session) throws(TokenError) -> Located {
        let known = located.withLock { $0 }
        if let known, known.generation == session.generation { return known }
        let found = Located(
            generation: session.generation,
            wrapping: try session.key(Self.aesQuery(name)),
            mac: try session.key(Self.macQuery(name)))
        for key in [found.wrapping, found.mac] where try session.isExtractable(key) {
            throw .keyExtractable
        }
        located.withLock { $0 = found }
        return found
    }

    private static func aesQuery(_ name: String) -> KeyQuery {
        KeyQuery(kind: .aes, label: name, id: nil)
    }

    private static func macQuery(_ name: String) -> KeyQuery {
        KeyQuery(kind: .hmac, label: name + macKeySuffix, id: nil)
    }

    private static func isMissing(
        _ query: KeyQuery, _ session: Session
    ) throws(TokenError) -> Bool {
        do throws(TokenError) { _ = try session.key(query) } catch {
            guard error == .keyNotFound else { throw error }
            return true
        }
        return false
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
