import KMSModel
import KMSService
import SecretMemory

/// Calls of the operations on keys of every kind, with test data in plain.
extension Fixture {
    func makeKey(_ spec: KeySpec, _ usage: KeyUsage) throws -> String {
        try service.createKey(CreateKeyRequest(keyUsage: usage, keySpec: spec), caller: caller)
            .keyMetadata.arn
    }

    static func secret(_ bytes: [UInt8]) -> SecretBytes {
        unsafe SecretBytes(copying: bytes.span.bytes)
    }

    func publicKey(_ key: String) throws -> GetPublicKeyResponse {
        try service.getPublicKey(GetPublicKeyRequest(keyID: key), caller: caller)
    }

    func encrypt(
        _ bytes: [UInt8], under key: String, by algorithm: EncryptionAlgorithm,
        context: EncryptionContext = .empty, dryRun: Bool = false
    ) throws -> [UInt8] {
        try service.encrypt(
            EncryptRequest(
                keyID: key, plaintext: Self.secret(bytes), encryptionContext: context,
                encryptionAlgorithm: algorithm, dryRun: dryRun), caller: caller
        ).ciphertextBlob
    }

    func decrypt(
        _ ciphertext: [UInt8], under key: String?, by algorithm: EncryptionAlgorithm,
        context: EncryptionContext = .empty
    ) throws -> [UInt8] {
        let response = try service.decrypt(
            DecryptRequest(
                ciphertextBlob: ciphertext, encryptionContext: context, keyID: key,
                encryptionAlgorithm: algorithm), caller: caller)
        return response.plaintext.withBytes { $0.bytes }
    }

    func sign(
        _ message: [UInt8], by key: String, _ algorithm: SigningAlgorithm,
        _ type: MessageType = .raw
    ) throws -> [UInt8] {
        try service.sign(
            SignRequest(
                keyID: key, message: Self.secret(message), signingAlgorithm: algorithm,
                messageType: type), caller: caller
        ).signature
    }

    func verify(
        _ signature: [UInt8], of message: [UInt8], by key: String, _ algorithm: SigningAlgorithm,
        _ type: MessageType = .raw
    ) throws {
        let response = try service.verify(
            VerifyRequest(
                keyID: key, message: Self.secret(message), signature: signature,
                signingAlgorithm: algorithm, messageType: type), caller: caller)
        guard response.signatureValid else { throw KMSError.kmsInvalidSignature }
    }

    func mac(
        of message: [UInt8], by key: String, _ algorithm: MACAlgorithm
    ) throws -> [UInt8] {
        try service.generateMac(
            GenerateMacRequest(
                message: Self.secret(message), keyID: key, macAlgorithm: algorithm),
            caller: caller
        ).mac
    }

    func verifyMac(
        _ mac: [UInt8], of message: [UInt8], by key: String, _ algorithm: MACAlgorithm
    ) throws {
        _ = try service.verifyMac(
            VerifyMacRequest(
                message: Self.secret(message), keyID: key, macAlgorithm: algorithm, mac: mac),
            caller: caller)
    }

    func agree(_ key: String, with publicKey: [UInt8]) throws -> [UInt8] {
        let response = try service.deriveSharedSecret(
            DeriveSharedSecretRequest(
                keyID: key, keyAgreementAlgorithm: .ecdh, publicKey: publicKey), caller: caller)
        return response.sharedSecret.withBytes { $0.bytes }
    }

    func decapsulate(_ encapsulation: [UInt8], by key: String) throws -> [UInt8] {
        let response = try service.decapsulate(
            DecapsulateRequest(
                keyID: key, sharedSecretCiphertextBlob: encapsulation,
                encapsulationAlgorithm: .mlKEM), caller: caller)
        return response.sharedSecret.withBytes { $0.bytes }
    }
}
