internal import KMSDomain
internal import KMSModel

/// What a key of some spec can be asked for, with AWS's texts. The key's usage is right by then.
extension Validation {
    /// - Parameter plaintextByteCount: of what is to be encrypted; nothing for a decryption.
    static func encryption(
        _ algorithm: EncryptionAlgorithm, spec: Key.Spec, context: EncryptionContext,
        plaintextByteCount: Int? = nil
    ) throws(KMSError) {
        guard let asymmetric = Key.EncryptionAlgorithm(rawValue: algorithm.rawValue) else {
            guard spec == .symmetricDefault else {
                throw incompatible(algorithm.rawValue, spec)
            }
            return
        }
        guard spec.encryptionAlgorithms.contains(asymmetric) else {
            throw incompatible(algorithm.rawValue, spec)
        }
        guard context.isEmpty else {
            throw .validation(
                "EncryptionContext is not supported when encrypting/decrypting with asymmetric "
                    + "CMKs.")
        }
        let limit = spec.plaintextByteCountLimit(by: asymmetric)
        if let plaintextByteCount, plaintextByteCount > limit {
            throw .validation(
                "Algorithm \(algorithm.rawValue) and key spec \(spec.rawValue) cannot encrypt data "
                    + "larger than \(limit) bytes.")
        }
    }

    /// The algorithm and the form in which a message is signed.
    static func signing(
        _ algorithm: SigningAlgorithm, _ type: MessageType, spec: Key.Spec, messageByteCount: Int
    ) throws(KMSError) -> (Key.SigningAlgorithm, Key.MessageForm) {
        guard let signing = Key.SigningAlgorithm(rawValue: algorithm.rawValue) else {
            guard spec == .ed25519 else { throw incompatible(algorithm.rawValue, spec) }
            throw .unsupportedOperation(
                "Algorithm \(algorithm.rawValue) is not supported by this key service.")
        }
        guard spec.signingAlgorithms.contains(signing) else {
            throw incompatible(algorithm.rawValue, spec)
        }
        switch type {
        case .raw: return (signing, .message)
        case .digest:
            guard let expected = signing.digestByteCount else {
                throw unfit(type, algorithm)
            }
            try digest(messageByteCount, is: expected, algorithm)
            return (signing, .digest)
        case .externalMU:
            guard signing == .mlDSA else { throw unfit(type, algorithm) }
            try digest(messageByteCount, is: 64, algorithm)
            throw .unsupportedOperation(
                "MessageType \(type.rawValue) is not supported by this key service.")
        }
    }

    static func mac(_ algorithm: MACAlgorithm, spec: Key.Spec) throws(KMSError) {
        guard spec.macAlgorithm?.rawValue == algorithm.rawValue else {
            throw incompatible(algorithm.rawValue, spec)
        }
    }

    /// For data keys, which only a symmetric key seals. `what` is made, as AWS calls it.
    static func symmetric(_ spec: Key.Spec, toGenerate what: String) throws(KMSError) {
        guard spec == .symmetricDefault else {
            throw .invalidKeyUsage("You cannot generate a \(what) with an asymmetric CMK")
        }
    }

    /// Nobody here can check what an enclave attests.
    static func noRecipient(_ recipient: RecipientInfo?) throws(KMSError) {
        if recipient != nil {
            throw .unsupportedOperation("Recipient is not supported by this key service.")
        }
    }

    private static func digest(
        _ byteCount: Int, is expected: Int, _ algorithm: SigningAlgorithm
    ) throws(KMSError) {
        guard byteCount == expected else {
            throw .validation("Digest is invalid length for algorithm \(algorithm.rawValue).")
        }
    }

    private static func unfit(_ type: MessageType, _ algorithm: SigningAlgorithm) -> KMSError {
        .validation(
            "MessageType \(type.rawValue) is incompatible with algorithm \(algorithm.rawValue).")
    }

    private static func incompatible(_ algorithm: String, _ spec: Key.Spec) -> KMSError {
        .invalidKeyUsage("Algorithm \(algorithm) is incompatible with key spec \(spec.rawValue).")
    }
}
