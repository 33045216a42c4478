internal import KMSDomain
internal import KMSModel

/// A ciphertext to be opened, and what the request says of it.
struct CiphertextSource {
    let ciphertext: [UInt8]
    let keyID: String?
    let algorithm: EncryptionAlgorithm
    let use: KeyUse
    /// The name of the request's member that has `keyID`.
    let keyIDMember: String
    let dryRun: Bool
    let dryRunModifiers: [DryRunModifier]

    /// Only whether the caller might is asked.
    var ignoresCiphertext: Bool { dryRun && dryRunModifiers.contains(.ignoreCiphertext) }

    init(_ request: DecryptRequest) {
        ciphertext = request.ciphertextBlob
        keyID = request.keyID
        algorithm = request.encryptionAlgorithm
        var use = KeyUse(
            operation: .decrypt, usage: .encryptDecrypt, context: request.encryptionContext,
            grantTokens: request.grantTokens)
        use.access[.encryptionAlgorithm] = algorithm.rawValue
        self.use = use
        keyIDMember = "keyId"
        dryRun = request.dryRun
        dryRunModifiers = request.dryRunModifiers
    }

    /// ReEncrypt reads under a name of its own.
    init(_ request: ReEncryptRequest, isSameKey: Bool) {
        ciphertext = request.ciphertextBlob
        keyID = request.sourceKeyID
        algorithm = request.sourceEncryptionAlgorithm
        var use = KeyUse(
            operation: .reEncrypt, usage: .encryptDecrypt,
            context: request.sourceEncryptionContext, grantTokens: request.grantTokens,
            access: AccessFacts(action: "kms:ReEncryptFrom"))
        use.access[.encryptionAlgorithm] = algorithm.rawValue
        use.access[.reEncryptOnSameKey] = "\(isSameKey)"
        self.use = use
        keyIDMember = "sourceKeyId"
        dryRun = request.dryRun
        dryRunModifiers = request.dryRunModifiers
    }

    func validate() throws(KMSError) {
        try Validation.keyID(keyID, member: keyIDMember)
        guard dryRun || dryRunModifiers.isEmpty else {
            throw .validation("DryRunModifiers can only be specified when DryRun is true")
        }
        if keyID == nil, ignoresCiphertext || algorithm != .symmetricDefault {
            throw .validation(
                keyIDMember.prefix(1).uppercased() + keyIDMember.dropFirst() + " must not be null")
        }
        guard !ignoresCiphertext else { return }
        guard !ciphertext.isEmpty else {
            throw .validation(
                "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy "
                    + "constraint: Member must not be null")
        }
        try Validation.byteCount(
            ciphertext.count, of: "ciphertextBlob", in: KMSLimits.ciphertextByteCount)
    }
}

/// Where a ciphertext leads: its key, and for a blob what its header says.
struct LocatedCiphertext {
    let key: CachedKey
    /// Nothing for the ciphertext of an asymmetric key, which says nothing.
    let blob: CiphertextBlob?

    var materialID: String? { blob.map { key.materialID(of: $0.versionID) } }
}
