internal import KMSDomain
internal import KMSModel
internal import KMSService
internal import KMSWire
internal import NIOCore
internal import SecretMemory

/// From the body of a request to the body of its answer: reads and checks the one, calls the service,
/// writes the other.
struct OperationDispatch {
    enum Failure: Error, Equatable, Sendable {
        case unreadable(WireError)
        case service(KMSServiceError)
    }

    let service: KMSService
    let caller: Caller
    let body: ByteBuffer

    func perform(_ operation: KMSOperation) throws(Failure) -> SecretBytes {
        switch operation {
        case .cancelKeyDeletion: try answer(service.cancelKeyDeletion)
        case .connectCustomKeyStore: try acknowledgeInJSON(service.connectCustomKeyStore)
        case .createAlias: try acknowledge(service.createAlias)
        case .createCustomKeyStore: try answer(service.createCustomKeyStore)
        case .createGrant: try answer(service.createGrant)
        case .createKey: try answer(service.createKey(_:caller:))
        case .decapsulate: try answer(service.decapsulate)
        case .decrypt: try answer(service.decrypt)
        case .deleteAlias: try acknowledge(service.deleteAlias)
        case .deleteCustomKeyStore: try acknowledgeInJSON(service.deleteCustomKeyStore)
        case .deleteImportedKeyMaterial: try answer(service.deleteImportedKeyMaterial)
        case .deriveSharedSecret: try answer(service.deriveSharedSecret)
        case .describeCustomKeyStores: try answer(service.describeCustomKeyStores)
        case .describeKey: try answer(service.describeKey)
        case .disableKey: try acknowledge(service.disableKey)
        case .disableKeyRotation: try acknowledge(service.disableKeyRotation)
        case .disconnectCustomKeyStore: try acknowledgeInJSON(service.disconnectCustomKeyStore)
        case .enableKey: try acknowledge(service.enableKey)
        case .enableKeyRotation: try acknowledge(service.enableKeyRotation)
        case .encapsulate: try answer(service.encapsulate)
        case .encrypt: try answer(service.encrypt)
        case .generateDataKey: try answer(service.generateDataKey)
        case .generateDataKeyPair: try answer(service.generateDataKeyPair)
        case .generateDataKeyPairWithoutPlaintext:
            try answer(service.generateDataKeyPairWithoutPlaintext)
        case .generateDataKeyWithoutPlaintext: try answer(service.generateDataKeyWithoutPlaintext)
        case .generateMac: try answer(service.generateMac)
        case .generateRandom: try answer(service.generateRandom)
        case .getKeyLastUsage: try answer(service.getKeyLastUsage)
        case .getKeyPolicy: try answer(service.getKeyPolicy)
        case .getKeyRotationStatus: try answer(service.getKeyRotationStatus)
        case .getParametersForImport: try answer(service.getParametersForImport)
        case .getPublicKey: try answer(service.getPublicKey)
        case .importKeyMaterial: try answer(service.importKeyMaterial)
        case .listAliases: try answer(service.listAliases)
        case .listGrants: try answer(service.listGrants)
        case .listKeyPolicies: try answer(service.listKeyPolicies)
        case .listKeyRotations: try answer(service.listKeyRotations)
        case .listKeys: try answer(service.listKeys)
        case .listResourceTags: try answer(service.listResourceTags)
        case .listRetirableGrants: try answer(service.listRetirableGrants)
        case .putKeyPolicy: try acknowledge(service.putKeyPolicy)
        case .reEncrypt: try answer(service.reEncrypt)
        case .replicateKey: try answer(service.replicateKey)
        case .retireGrant: try acknowledge(service.retireGrant)
        case .revokeGrant: try acknowledge(service.revokeGrant)
        case .rotateKeyOnDemand: try answer(service.rotateKeyOnDemand)
        case .scheduleKeyDeletion: try answer(service.scheduleKeyDeletion)
        case .sign: try answer(service.sign)
        case .tagResource: try acknowledge(service.tagResource)
        case .untagResource: try acknowledge(service.untagResource)
        case .updateAlias: try acknowledge(service.updateAlias)
        case .updateCustomKeyStore: try acknowledgeInJSON(service.updateCustomKeyStore)
        case .updateKeyDescription: try acknowledge(service.updateKeyDescription)
        case .updatePrimaryRegion: try acknowledge(service.updatePrimaryRegion)
        case .verify: try answer(service.verify)
        case .verifyMac: try answer(service.verifyMac)
        }
    }

    private func answer<Request: WireRequest & ~Copyable, Response: WireShape & ~Copyable>(
        _ operation: (borrowing Request, Caller) throws(KMSServiceError) -> Response
    ) throws(Failure) -> SecretBytes {
        let request: Request = try read()
        let response: Response
        do throws(KMSServiceError) {
            response = try operation(request, caller)
        } catch { throw .service(error) }
        return AWSJSON.encode(response)
    }

    /// Of an operation that has nothing to tell: AWS sends no body at all then.
    private func acknowledge<Request: WireRequest & ~Copyable>(
        _ operation: (borrowing Request, Caller) throws(KMSServiceError) -> Void
    ) throws(Failure) -> SecretBytes {
        let request: Request = try read()
        do throws(KMSServiceError) {
            try operation(request, caller)
        } catch { throw .service(error) }
        return SecretBytes(byteCount: 0) { _ in }
    }

    /// Of an operation whose answer is a structure without members.
    private func acknowledgeInJSON<Request: WireRequest & ~Copyable>(
        _ operation: (borrowing Request, Caller) throws(KMSServiceError) -> Void
    ) throws(Failure) -> SecretBytes {
        _ = try acknowledge(operation)
        return unsafe SecretBytes(copying: Array("{}".utf8).span.bytes)
    }

    private func read<Request: WireRequest & ~Copyable>() throws(Failure) -> Request {
        do throws(WireError) {
            return try AWSJSON.request(Request.self, from: body.readableBytesSpan)
        } catch { throw .unreadable(error) }
    }
}
