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
        try Python.lines(WireBody.self, of: "wire-bodies.py", ["make", "60", "5"])
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
    ) throws -> [UInt8] {
        AWSJSON.encode(try AWSJSON.decode(type, body)).copied
    }

    /// The request of another operation would be a mistake in the table.
    private static func asked<Shape: WireRequest & ~Copyable>(
        _ type: Shape.Type, _ operation: KMSOperation, _ body: [UInt8]
    ) throws -> [UInt8] {
        guard Shape.operation == operation else {
            throw WireError.unknownValue(member: "operation")
        }
        return try again(type, body)
    }

    private static func request(_ operation: KMSOperation, _ body: [UInt8]) throws -> [UInt8] {
        switch operation {
        case .cancelKeyDeletion: try asked(CancelKeyDeletionRequest.self, operation, body)
        case .createAlias: try asked(CreateAliasRequest.self, operation, body)
        case .createKey: try asked(CreateKeyRequest.self, operation, body)
        case .decrypt: try asked(DecryptRequest.self, operation, body)
        case .deleteAlias: try asked(DeleteAliasRequest.self, operation, body)
        case .describeKey: try asked(DescribeKeyRequest.self, operation, body)
        case .disableKey: try asked(DisableKeyRequest.self, operation, body)
        case .disableKeyRotation: try asked(DisableKeyRotationRequest.self, operation, body)
        case .enableKey: try asked(EnableKeyRequest.self, operation, body)
        case .enableKeyRotation: try asked(EnableKeyRotationRequest.self, operation, body)
        case .encrypt: try asked(EncryptRequest.self, operation, body)
        case .generateDataKey: try asked(GenerateDataKeyRequest.self, operation, body)
        case .generateDataKeyWithoutPlaintext:
            try asked(GenerateDataKeyWithoutPlaintextRequest.self, operation, body)
        case .generateRandom: try asked(GenerateRandomRequest.self, operation, body)
        case .getKeyRotationStatus: try asked(GetKeyRotationStatusRequest.self, operation, body)
        case .listAliases: try asked(ListAliasesRequest.self, operation, body)
        case .listKeyRotations: try asked(ListKeyRotationsRequest.self, operation, body)
        case .listKeys: try asked(ListKeysRequest.self, operation, body)
        case .reEncrypt: try asked(ReEncryptRequest.self, operation, body)
        case .rotateKeyOnDemand: try asked(RotateKeyOnDemandRequest.self, operation, body)
        case .scheduleKeyDeletion: try asked(ScheduleKeyDeletionRequest.self, operation, body)
        case .updateAlias: try asked(UpdateAliasRequest.self, operation, body)
        }
    }

    private static func answer(_ operation: KMSOperation, _ body: [UInt8]) throws -> [UInt8] {
        switch operation {
        case .cancelKeyDeletion: try again(CancelKeyDeletionResponse.self, body)
        case .createKey: try again(CreateKeyResponse.self, body)
        case .decrypt: try again(DecryptResponse.self, body)
        case .describeKey: try again(DescribeKeyResponse.self, body)
        case .encrypt: try again(EncryptResponse.self, body)
        case .generateDataKey: try again(GenerateDataKeyResponse.self, body)
        case .generateDataKeyWithoutPlaintext:
            try again(GenerateDataKeyWithoutPlaintextResponse.self, body)
        case .generateRandom: try again(GenerateRandomResponse.self, body)
        case .getKeyRotationStatus: try again(GetKeyRotationStatusResponse.self, body)
        case .listAliases: try again(ListAliasesResponse.self, body)
        case .listKeyRotations: try again(ListKeyRotationsResponse.self, body)
        case .listKeys: try again(ListKeysResponse.self, body)
        case .reEncrypt: try again(ReEncryptResponse.self, body)
        case .rotateKeyOnDemand: try again(RotateKeyOnDemandResponse.self, body)
        case .scheduleKeyDeletion: try again(ScheduleKeyDeletionResponse.self, body)
        case .createAlias, .deleteAlias, .disableKey, .disableKeyRotation, .enableKey,
            .enableKeyRotation, .updateAlias:
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
