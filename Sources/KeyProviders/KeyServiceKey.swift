package import ContainerFormat
internal import KMSDomain
internal import KMSModel
internal import KMSService
internal import KMSStore
package import SecretMemory
internal import Synchronization

/// A key of the embedded key service, or all of them.
///
///     stanza aws-kms: key-id = key ARN, body = CiphertextBlob
///
/// Every wrap is bound to the container through the encryption context `coffer:bind`. The service is
/// opened by the first operation that needs it.
package final class KeyServiceKey: KeyProvider {
    package typealias Service =
        @Sendable () throws(EmbeddedKeyServiceError) -> EmbeddedKeyService

    package let stanzaType = StanzaType.awsKMS
    package let effort = OpeningEffort.keystore
    package let name: String
    /// What to encrypt under: an alias, an id or an ARN.
    let keyID: String
    /// The one key to decrypt with; nothing for every key of the realm.
    private let arn: String?
    private let service: Service
    /// The material that it wraps with; asked for once.
    let currentMaterial = Mutex<String?>(nil)

    /// One key; `arn` is what its alias or id stands for.
    package init(keyID: String, arn: String?, service: @escaping Service) {
        name = keyID
        self.keyID = keyID
        self.arn = arn
        self.service = service
    }

    /// Every key of the service, to open with.
    package convenience init(anyKeyOf service: @escaping Service) {
        self.init(keyID: EmbeddedKeyService.defaultAlias, arn: nil, service: service)
    }

    package func makeFileKey(
        _ binding: WrapBinding
    ) throws(KeyProviderError) -> GeneratedFileKey? {
        let request = GenerateDataKeyRequest(
            keyID: keyID, encryptionContext: try context(binding), keySpec: .aes256)
        let response = try answer { (service) throws(KMSServiceError) in
            try service.service.generateDataKey(request, caller: service.caller)
        }
        let stanza = Stanza(
            type: .awsKMS, keyID: Array(response.keyID.utf8), body: response.ciphertextBlob)
        guard let fileKey = FileKey(response.plaintext.duplicate()) else {
            throw .engineFailure
        }
        return GeneratedFileKey(fileKey: fileKey, stanza: stanza)
    }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        let request = EncryptRequest(
            keyID: keyID, plaintext: fileKey.bytes.duplicate(),
            encryptionContext: try context(binding))
        let response = try answer { (service) throws(KMSServiceError) in
            try service.service.encrypt(request, caller: service.caller)
        }
        return Stanza(
            type: .awsKMS, keyID: Array(response.keyID.utf8), body: response.ciphertextBlob)
    }

    package func match(_ stanza: Stanza) -> StanzaMatch {
        guard stanza.knownType == .awsKMS else { return .no }
        if let arn { return stanza.keyID == Array(arn.utf8) ? .yes : .no }
        return stanza.keyID.starts(with: Self.localPrefix) ? .yes : .no
    }

    package func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        // Both come from the container: what the service would call invalid in them is a stanza
        // that does not open, not somebody who may not open it.
        guard KMSLimits.ciphertextByteCount.contains(stanza.body.count),
            KMSLimits.keyIDLength.contains(stanza.keyID.count)
        else { throw .notOpened }
        // It matched: either the one local key, or an ARN of this realm, looked up in this store.
        let request = DecryptRequest(
            ciphertextBlob: stanza.body, encryptionContext: try context(binding),
            keyID: String(decoding: stanza.keyID, as: UTF8.self))
        let response = try answer { (service) throws(KMSServiceError) in
            try service.service.decrypt(request, caller: service.caller)
        }
        return response.plaintext.duplicate()
    }

    private static let localPrefix = Array(
        "arn:aws:kms:\(Realm.local.region):\(Realm.local.accountID):key/".utf8)

    private func context(_ binding: WrapBinding) throws(KeyProviderError) -> EncryptionContext {
        let bind = (key: Array("coffer:bind".utf8), value: binding.binder.flatMap(Hex.digits))
        do throws(EncryptionContext.Failure) {
            return try EncryptionContext(
                binding.context.pairs.map { (key: $0.key, value: $0.value) } + [bind])
        } catch {
            // Of what a container's context may be, only its length may be too much for AWS.
            throw .denied(
                service: Self.serviceName, message: "the context is longer than 8192 bytes")
        }
    }

    private static let serviceName = "the embedded key service"

    func answer<R: ~Copyable>(
        _ call: (EmbeddedKeyService) throws(KMSServiceError) -> R
    ) throws(KeyProviderError) -> R {
        let opened: EmbeddedKeyService
        do throws(EmbeddedKeyServiceError) {
            opened = try service()
        } catch {
            throw error == .missing ? .noSuchKey : .keystore(error)
        }
        do throws(KMSServiceError) {
            return try call(opened)
        } catch { throw Self.translate(error) }
    }

    private static func translate(_ error: KMSServiceError) -> KeyProviderError {
        guard case .refused(let refusal) = error else {
            if case .store(.locked) = error { return .unreachable(service: serviceName) }
            return .keystore(.service(error))
        }
        switch refusal {
        case .notFound: return .noSuchKey
        case .invalidCiphertext, .incorrectKey: return .notOpened
        case .dependencyTimeout: return .unreachable(service: serviceName)
        // Whatever else it refuses, it says why.
        default:
            let name = refusal.exceptionName
            return .denied(
                service: serviceName, message: refusal.message.map { "\(name): \($0)" } ?? name)
        }
    }
}

extension EmbeddedKeyService {
    /// Of the keystores that this version makes.
    package static var keystoreSchemaVersion: Int { SQLiteKeyStore.schemaVersion }
}
