package import ContainerFormat
internal import OpenSSLCrypto
internal import SecretMemory

/// A stanza whose secret is split among others, of which some are enough.
///
///     body = u8 k ‖ u8 n ‖ salt[16] ‖ n × (u16 length ‖ stanza)
struct ThresholdStanza {
    let needed: Int
    /// The inner stanzas with the position of their share, 1…n.
    let inner: [(x: UInt8, stanza: Stanza)]
    /// All of the share's binder but its position and the wrap's own binder.
    private let salt: [UInt8]
    static let saltByteCount = 16

    /// Nothing where the form is not that of container-v1, 6.3.
    init?(_ stanza: Stanza) {
        let body = stanza.body
        guard stanza.keyID.isEmpty, body.count >= 18, (2...16).contains(body[1]),
            (2...body[1]).contains(body[0]),
            let inner = Stanza.inner(body[18...], count: Int(body[1])),
            !inner.contains(where: { $0.knownType == .threshold || $0.knownType == .batch })
        else { return nil }
        needed = Int(body[0])
        salt = Array(body[2..<18]) + [body[0], body[1]]
        self.inner = inner.enumerated().map { (UInt8($0 + 1), $1) }
    }

    func binding(ofShare x: UInt8, _ binding: WrapBinding) throws(CryptoError) -> WrapBinding {
        try Self.binding(ofShare: x, salt: salt, binding)
    }

    /// What share `x` is bound to; `salt` ends in k and n.
    static func binding(
        ofShare x: UInt8, salt: [UInt8], _ binding: WrapBinding
    ) throws(CryptoError) -> WrapBinding {
        WrapBinding(
            binder: try SHA256.digest(Label.share + binding.binder + salt + [x]),
            context: binding.context)
    }
}

/// A stanza whose key was wrapped once for many containers.
///
///     body = salt[32] ‖ u16 length ‖ stanza ‖ SEAL(batch key, "batch", file key)
struct BatchStanza {
    let inner: Stanza
    let innerBinding: WrapBinding
    private let sealed: [UInt8]
    static let saltByteCount = 32
    /// Of recipients whose key is asked of a service or a token.
    static let innerTypes: Set<StanzaType> = [.awsKMS, .vaultTransit, .pkcs11]

    /// The stanza that wraps the key of the batch; nothing where the form is not that of
    /// container-v1, 6.3.
    static func inner(of stanza: Stanza) -> Stanza? {
        let body = stanza.body
        guard stanza.keyID.isEmpty, body.count >= saltByteCount + 2 + StanzaSeal.byteCount,
            let inner = Stanza.inner(
                body[saltByteCount..<body.count - StanzaSeal.byteCount], count: 1)?.first,
            let type = inner.knownType, innerTypes.contains(type)
        else { return nil }
        return inner
    }

    /// What the stanza that wraps the batch's key is bound to.
    static func innerBinding(
        salt: [UInt8], _ context: ContainerContext
    ) throws(CryptoError) -> WrapBinding {
        let contextDigest = try SHA256.digest(context.encoded)
        return WrapBinding(
            binder: try SHA256.digest(Label.batch + salt + contextDigest), context: context)
    }

    init?(_ stanza: Stanza, context: ContainerContext) throws(CryptoError) {
        guard let inner = Self.inner(of: stanza) else { return nil }
        let body = stanza.body
        self.inner = inner
        innerBinding = try Self.innerBinding(
            salt: Array(body.prefix(Self.saltByteCount)), context)
        sealed = Array(body.suffix(StanzaSeal.byteCount))
    }

    /// The file key, if `batchKey` is the key of the batch.
    func open(
        _ batchKey: borrowing SecretBytes, _ binding: WrapBinding
    ) throws -> SecretBytes? {
        guard batchKey.byteCount == FileKey.byteCount else { return nil }
        do throws(CryptoError) {
            return try batchKey.withBytes { key throws(CryptoError) in
                try StanzaSeal.open(
                    sealed, under: key, label: Label.batch, binder: binding.binder)
            }
        } catch {
            guard error == .notAuthentic else { throw error }
            return nil
        }
    }
}

extension Stanza {
    /// The stanza whose key is asked: the one inside, of a batch, and otherwise this one.
    package var askedStanza: Stanza {
        knownType == .batch ? BatchStanza.inner(of: self) ?? self : self
    }
}
