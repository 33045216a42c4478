import Foundation
import KMSModel
import KMSWire
import SecretMemory

/// A body made by botocore's service model, as Tests/KMSWireTests/wire-bodies.py prints it.
struct WireBody: Codable, Sendable {
    let operation: String
    let direction: String
    let target: String
    let contentType: String
    let sent: String
    var returned: String?

    static let all = Result {
        try Python.lines(WireBody.self, of: "wire-bodies.py", ["make", "40", "5"])
    }

    /// Read into its type and written again.
    func roundTrip() throws -> String {
        guard let operation = KMSOperation(rawValue: operation) else {
            throw WireError.unknownValue(member: "operation")
        }
        let body = Array(sent.utf8)
        return String(
            decoding: direction == "request"
                ? try Self.request(operation, body) : try Self.answer(operation, body),
            as: UTF8.self)
    }

    private static func again<Shape: WireShape & ~Copyable>(
        _ type: Shape.Type, _ body: [UInt8]
    ) throws(WireError) -> [UInt8] {
        AWSJSON.encode(try AWSJSON.decode(type, body)).copied
    }

    /// As the service reads it. The request of another operation would be a mistake in the table.
    private static func asked<Shape: WireRequest & ~Copyable>(
        _ type: Shape.Type, _ operation: KMSOperation, _ body: [UInt8]
    ) throws(WireError) -> [UInt8] {
        guard Shape.operation == operation else {
            throw WireError.unknownValue(member: "operation")
        }
        return AWSJSON.encode(unsafe try AWSJSON.request(type, from: body.span.bytes)).copied
    }

    static func request(_ operation: KMSOperation, _ body: [UInt8]) throws(WireError) -> [UInt8] {
        switch operation {
        case .cancelKeyDeletion: try asked(CancelKeyDeletionRequest.self, operation, body)
        case .connectCustomKeyStore: try asked(ConnectCustomKeyStoreRequest.self, operation, body)
        case .createAlias: try asked(CreateAliasRequest.self, operation, body)
        case .createCustomKeyStore: try asked(CreateCustomKeyStoreRequest.self, operation, body)
        case .createGrant: try asked(CreateGrantRequest.self, operation, body)
        case .createKey: try asked(CreateKeyRequest.self, operation, body)
        case .decapsulate: try asked(DecapsulateRequest.self, operation, body)
        case .decrypt: try asked(DecryptRequest.self, operation, body)
        case .deleteAlias: try asked(DeleteAliasRequest.self, operation, body)
        case .deleteCustomKeyStore: try asked(DeleteCustomKeyStoreRequest.self, operation, body)
        case .deleteImportedKeyMaterial:
            try asked(DeleteImportedKeyMaterialRequest.self, operation, body)
        case .deriveSharedSecret: try asked(DeriveSharedSecretRequest.self, operation, body)
        case .describeCustomKeyStores:
            try asked(DescribeCustomKeyStoresRequest.self, operation, body)
        case .describeKey: try asked(DescribeKeyRequest.self, operation, body)
        case .disableKey: try asked(DisableKeyRequest.self, operation, body)
        case .disableKeyRotation: try asked(DisableKeyRotationRequest.self, operation, body)
        case .disconnectCustomKeyStore:
            try asked(DisconnectCustomKeyStoreRequest.self, operation, body)
        case .enableKey: try asked(EnableKeyRequest.self, operation, body)
        case .enableKeyRotation: try asked(EnableKeyRotationRequest.self, operation, body)
        case .encapsulate: try asked(EncapsulateRequest.self, operation, body)
        case .encrypt: try asked(EncryptRequest.self, operation, body)
        case .generateDataKey: try asked(GenerateDataKeyRequest.self, operation, body)
        case .generateDataKeyPair: try asked(GenerateDataKeyPairRequest.self, operation, body)
        case .generateDataKeyPairWithoutPlaintext:
            try asked(GenerateDataKeyPairWithoutPlaintextRequest.self, operation, body)
        case .generateDataKeyWithoutPlaintext:
            try asked(GenerateDataKeyWithoutPlaintextRequest.self, operation, body)
        case .generateMac: try asked(GenerateMacRequest.self, operation, body)
        case .generateRandom: try asked(GenerateRandomRequest.self, operation, body)
        case .getKeyLastUsage: try asked(GetKeyLastUsageRequest.self, operation, body)
        case .getKeyPolicy: try asked(GetKeyPolicyRequest.self, operation, body)
        case .getKeyRotationStatus: try asked(GetKeyRotationStatusRequest.self, operation, body)
        case .getParametersForImport: try asked(GetParametersForImportRequest.self, operation, body)
        case .getPublicKey: try asked(GetPublicKeyRequest.self, operation, body)
        case .importKeyMaterial: try asked(ImportKeyMaterialRequest.self, operation, body)
        case .listAliases: try asked(ListAliasesRequest.self, operation, body)
        case .listGrants: try asked(ListGrantsRequest.self, operation, body)
        case .listKeyPolicies: try asked(ListKeyPoliciesRequest.self, operation, body)
        case .listKeyRotations: try asked(ListKeyRotationsRequest.self, operation, body)
        case .listKeys: try asked(ListKeysRequest.self, operation, body)
        case .listResourceTags: try asked(ListResourceTagsRequest.self, operation, body)
        case .listRetirableGrants: try asked(ListRetirableGrantsRequest.self, operation, body)
        case .putKeyPolicy: try asked(PutKeyPolicyRequest.self, operation, body)
        case .reEncrypt: try asked(ReEncryptRequest.self, operation, body)
        case .replicateKey: try asked(ReplicateKeyRequest.self, operation, body)
        case .retireGrant: try asked(RetireGrantRequest.self, operation, body)
        case .revokeGrant: try asked(RevokeGrantRequest.self, operation, body)
        case .rotateKeyOnDemand: try asked(RotateKeyOnDemandRequest.self, operation, body)
        case .scheduleKeyDeletion: try asked(ScheduleKeyDeletionRequest.self, operation, body)
        case .sign: try asked(SignRequest.self, operation, body)
        case .tagResource: try asked(TagResourceRequest.self, operation, body)
        case .untagResource: try asked(UntagResourceRequest.self, operation, body)
        case .updateAlias: try asked(UpdateAliasRequest.self, operation, body)
        case .updateCustomKeyStore: try asked(UpdateCustomKeyStoreRequest.self, operation, body)
        case .updateKeyDescription: try asked(UpdateKeyDescriptionRequest.self, operation, body)
        case .updatePrimaryRegion: try asked(UpdatePrimaryRegionRequest.self, operation, body)
        case .verify: try asked(VerifyRequest.self, operation, body)
        case .verifyMac: try asked(VerifyMacRequest.self, operation, body)
        }
    }

    private static func answer(
        _ operation: KMSOperation, _ body: [UInt8]
    ) throws(WireError) -> [UInt8] {
        switch operation {
        case .cancelKeyDeletion: try again(CancelKeyDeletionResponse.self, body)
        case .createCustomKeyStore: try again(CreateCustomKeyStoreResponse.self, body)
        case .createGrant: try again(CreateGrantResponse.self, body)
        case .createKey: try again(CreateKeyResponse.self, body)
        case .decapsulate: try again(DecapsulateResponse.self, body)
        case .decrypt: try again(DecryptResponse.self, body)
        case .deleteImportedKeyMaterial: try again(DeleteImportedKeyMaterialResponse.self, body)
        case .deriveSharedSecret: try again(DeriveSharedSecretResponse.self, body)
        case .describeCustomKeyStores: try again(DescribeCustomKeyStoresResponse.self, body)
        case .describeKey: try again(DescribeKeyResponse.self, body)
        case .encapsulate: try again(EncapsulateResponse.self, body)
        case .encrypt: try again(EncryptResponse.self, body)
        case .generateDataKey: try again(GenerateDataKeyResponse.self, body)
        case .generateDataKeyPair: try again(GenerateDataKeyPairResponse.self, body)
        case .generateDataKeyPairWithoutPlaintext:
            try again(GenerateDataKeyPairWithoutPlaintextResponse.self, body)
        case .generateDataKeyWithoutPlaintext:
            try again(GenerateDataKeyWithoutPlaintextResponse.self, body)
        case .generateMac: try again(GenerateMacResponse.self, body)
        case .generateRandom: try again(GenerateRandomResponse.self, body)
        case .getKeyLastUsage: try again(GetKeyLastUsageResponse.self, body)
        case .getKeyPolicy: try again(GetKeyPolicyResponse.self, body)
        case .getKeyRotationStatus: try again(GetKeyRotationStatusResponse.self, body)
        case .getParametersForImport: try again(GetParametersForImportResponse.self, body)
        case .getPublicKey: try again(GetPublicKeyResponse.self, body)
        case .importKeyMaterial: try again(ImportKeyMaterialResponse.self, body)
        case .listAliases: try again(ListAliasesResponse.self, body)
        case .listGrants: try again(ListGrantsResponse.self, body)
        case .listKeyPolicies: try again(ListKeyPoliciesResponse.self, body)
        case .listKeyRotations: try again(ListKeyRotationsResponse.self, body)
        case .listKeys: try again(ListKeysResponse.self, body)
        case .listResourceTags: try again(ListResourceTagsResponse.self, body)
        case .listRetirableGrants: try again(ListRetirableGrantsResponse.self, body)
        case .reEncrypt: try again(ReEncryptResponse.self, body)
        case .replicateKey: try again(ReplicateKeyResponse.self, body)
        case .rotateKeyOnDemand: try again(RotateKeyOnDemandResponse.self, body)
        case .scheduleKeyDeletion: try again(ScheduleKeyDeletionResponse.self, body)
        case .sign: try again(SignResponse.self, body)
        case .verify: try again(VerifyResponse.self, body)
        case .verifyMac: try again(VerifyMacResponse.self, body)
        case .connectCustomKeyStore, .createAlias, .deleteAlias, .deleteCustomKeyStore, .disableKey,
            .disableKeyRotation, .disconnectCustomKeyStore, .enableKey, .enableKeyRotation,
            .putKeyPolicy, .retireGrant, .revokeGrant, .tagResource, .untagResource, .updateAlias,
            .updateCustomKeyStore, .updateKeyDescription, .updatePrimaryRegion:
            try again(EmptyResponse.self, body)
        }
    }
}

extension AWSJSON {
    static func decode<Shape: WireShape & ~Copyable>(
        _ type: Shape.Type, _ body: [UInt8]
    ) throws(WireError) -> Shape {
        unsafe try decode(type, from: body.span.bytes)
    }

    static func decode<Shape: WireShape & ~Copyable>(
        _ type: Shape.Type, _ body: String
    ) throws(WireError) -> Shape {
        try decode(type, Array(body.utf8))
    }
}
