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
        case .createAlias: try acknowledge(service.createAlias)
        case .createKey: try answer(service.createKey(_:caller:))
        case .decrypt: try answer(service.decrypt)
        case .deleteAlias: try acknowledge(service.deleteAlias)
        case .describeKey: try answer(service.describeKey)
        case .disableKey: try acknowledge(service.disableKey)
        case .disableKeyRotation: try acknowledge(service.disableKeyRotation)
        case .enableKey: try acknowledge(service.enableKey)
        case .enableKeyRotation: try acknowledge(service.enableKeyRotation)
        case .encrypt: try answer(service.encrypt)
        case .generateDataKey: try answer(service.generateDataKey)
        case .generateDataKeyWithoutPlaintext:
            try answer(service.generateDataKeyWithoutPlaintext)
        case .generateRandom: try answer(service.generateRandom)
        case .getKeyRotationStatus: try answer(service.getKeyRotationStatus)
        case .listAliases: try answer(service.listAliases)
        case .listKeyRotations: try answer(service.listKeyRotations)
        case .listKeys: try answer(service.listKeys)
        case .reEncrypt: try answer(service.reEncrypt)
        case .rotateKeyOnDemand: try answer(service.rotateKeyOnDemand)
        case .scheduleKeyDeletion: try answer(service.scheduleKeyDeletion)
        case .updateAlias: try acknowledge(service.updateAlias)
        case .connectCustomKeyStore, .createCustomKeyStore, .createGrant, .decapsulate,
            .deleteCustomKeyStore, .deleteImportedKeyMaterial, .deriveSharedSecret,
            .describeCustomKeyStores, .disconnectCustomKeyStore, .encapsulate,
            .generateDataKeyPair, .generateDataKeyPairWithoutPlaintext, .generateMac,
            .getKeyLastUsage, .getKeyPolicy, .getParametersForImport, .getPublicKey,
            .importKeyMaterial, .listGrants, .listKeyPolicies, .listResourceTags,
            .listRetirableGrants, .putKeyPolicy, .replicateKey, .retireGrant, .revokeGrant, .sign,
            .tagResource, .untagResource, .updateCustomKeyStore, .updateKeyDescription,
            .updatePrimaryRegion, .verify, .verifyMac:
            throw .service(
                .refused(
                    .unsupportedOperation(
                        "\(operation.rawValue) is not supported by this key service.")))
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

    private func read<Request: WireRequest & ~Copyable>() throws(Failure) -> Request {
        do throws(WireError) {
            return try AWSJSON.request(Request.self, from: body.readableBytesSpan)
        } catch { throw .unreadable(error) }
    }
}
