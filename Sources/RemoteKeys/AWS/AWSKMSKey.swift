package import ContainerFormat
internal import KMSModel
internal import KMSWire
package import KeyAgent
package import SecretMemory

/// One key of the AWS KMS API.
///
///     stanza aws-kms: key-id = key ARN, body = CiphertextBlob
///
/// Every wrap is bound to the container through the encryption context, and every answer has to be
/// the asked key's.
package final class AWSKMSKey: AgentKey {
    private static let fileKeyByteCount = 32

    package let stanzaType = StanzaType.awsKMS
    package let displayName: String
    package let makesFileKeys = true
    private let arn: KeyARN
    private let client: AWSKMSClient
    private let timeout: Duration

    init(arn: KeyARN, displayName: String, client: AWSKMSClient, timeout: Duration) {
        self.arn = arn
        self.displayName = displayName
        self.client = client
        self.timeout = timeout
    }

    package var keyID: [UInt8] { Array(arn.text.utf8) }

    package func makeFileKey(_ binding: WrapBinding) throws(AgentFailure) -> AgentFileKey {
        let request = GenerateDataKeyRequest(
            keyID: arn.text, encryptionContext: try context(binding), keySpec: .aes256)
        let response = try ask(request, for: GenerateDataKeyResponse.self)
        try check(response.keyID)
        guard response.plaintext.byteCount == Self.fileKeyByteCount,
            KMSLimits.ciphertextByteCount.contains(response.ciphertextBlob.count)
        else { throw badAnswer }
        return AgentFileKey(
            secret: response.plaintext.duplicate(), body: response.ciphertextBlob)
    }

    package func wrap(
        _ secret: borrowing SecretBytes, _ binding: WrapBinding
    ) throws(AgentFailure) -> [UInt8] {
        let request = EncryptRequest(
            keyID: arn.text, plaintext: secret.duplicate(),
            encryptionContext: try context(binding))
        let response = try ask(request, for: EncryptResponse.self)
        try check(response.keyID)
        guard KMSLimits.ciphertextByteCount.contains(response.ciphertextBlob.count) else {
            throw badAnswer
        }
        return response.ciphertextBlob
    }

    package func unwrap(
        keyID: [UInt8], body: [UInt8], _ binding: WrapBinding
    ) throws(AgentFailure) -> SecretBytes {
        // The container may only hint at the key that was configured, and never names another.
        guard KMSLimits.ciphertextByteCount.contains(body.count),
            let named = String(validating: keyID, as: UTF8.self).flatMap(KeyARN.init),
            arn.names(sameKeyAs: named)
        else { throw .notOpened }
        let request = DecryptRequest(
            ciphertextBlob: body, encryptionContext: try context(binding), keyID: arn.text)
        let response = try ask(request, for: DecryptResponse.self)
        try check(response.keyID)
        guard response.plaintext.byteCount == Self.fileKeyByteCount else { throw .notOpened }
        return response.plaintext.duplicate()
    }

    private func ask<Request: WireRequest & ~Copyable, Response: WireShape & ~Copyable>(
        _ request: borrowing Request, for response: Response.Type
    ) throws(AgentFailure) -> Response {
        do throws(AWSCallError) {
            return try client.ask(request, for: response, deadline: .now + timeout)
        } catch { throw AgentFailure(error, endpoint: client.requester.endpoint) }
    }

    /// That the answer is about the key that was asked.
    private func check(_ keyID: String) throws(AgentFailure) {
        guard let answered = KeyARN(keyID), arn.names(sameKeyAs: answered) else {
            throw badAnswer
        }
    }

    private var badAnswer: AgentFailure {
        AgentFailure(AWSCallError.badAnswer, endpoint: client.requester.endpoint)
    }

    /// The container's pairs, and the binder under a name that no container may use.
    private func context(_ binding: WrapBinding) throws(AgentFailure) -> EncryptionContext {
        let bind = (
            key: Array("coffer:bind".utf8), value: ASCII.hexadecimal(binding.binder)
        )
        do throws(EncryptionContext.Failure) {
            return try EncryptionContext(
                binding.context.pairs.map { (key: $0.key, value: $0.value) } + [bind])
        } catch { throw .denied("\(displayName): the context is longer than 8192 bytes") }
    }
}
