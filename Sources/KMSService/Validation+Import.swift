internal import KMSDomain
internal import KMSModel

/// The checks on requests that import material.
extension Validation {
    /// How the material of a key of this spec may be wrapped.
    static func wrapping(
        _ request: GetParametersForImportRequest, of spec: Key.Spec
    ) throws(KMSError) -> WrappingScheme {
        let algorithm = request.wrappingAlgorithm.rawValue
        guard let scheme = WrappingScheme(request.wrappingAlgorithm) else {
            throw .unsupportedOperation("WrappingAlgorithm \(algorithm) is not supported.")
        }
        guard (scheme == .sm2) == (request.wrappingKeySpec == .sm2) else {
            throw .validation(
                "WrappingAlgorithm \(algorithm) is not compatible with WrappingKeySpec "
                    + request.wrappingKeySpec.rawValue)
        }
        let isTooLong =
            switch spec {
            case .rsa2048, .rsa3072, .rsa4096: true
            case .p521: request.wrappingKeySpec == .rsa2048
            default: false
            }
        if isTooLong, scheme == .oaepSHA1 || scheme == .oaepSHA256 {
            throw .unsupportedOperation(
                "WrappingAlgorithm \(algorithm) with WrappingKeySpec "
                    + "\(request.wrappingKeySpec.rawValue) is not supported for key spec "
                    + spec.rawValue)
        }
        return scheme
    }

    /// - Parameter validTo: what the request says, if that is a time.
    static func importation(
        _ request: ImportKeyMaterialRequest, _ model: ExpirationModel, _ validTo: Timestamp?,
        now: Timestamp
    ) throws(KMSError) {
        try keyID(request.keyID)
        try byteCount(
            request.importToken.count, of: "importToken", in: KMSLimits.ciphertextByteCount)
        try byteCount(
            request.encryptedKeyMaterial.count, of: "encryptedKeyMaterial",
            in: KMSLimits.ciphertextByteCount)
        switch model {
        case .keyMaterialExpires:
            guard request.validTo != nil else {
                throw .validation(
                    "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES")
            }
            guard let validTo, validTo > now,
                validTo <= now.adding(days: KMSLimits.longestImportInDays)
            else {
                throw .validation(
                    "ValidTo must be in the future, and no more than "
                        + "\(KMSLimits.longestImportInDays) days from now")
            }
        case .keyMaterialDoesNotExpire:
            guard request.validTo == nil else {
                throw .validation(
                    "A validTo date must not be set if the ExpirationModel is "
                        + "KEY_MATERIAL_DOES_NOT_EXPIRE")
            }
        }
    }

    /// What may be said of one of several materials only.
    static func importOptions(
        _ request: ImportKeyMaterialRequest, of spec: Key.Spec
    ) throws(KMSError) {
        let options = [
            ("ImportType", request.importType != nil),
            ("KeyMaterialDescription", request.keyMaterialDescription != nil),
            ("KeyMaterialId", request.keyMaterialID != nil),
        ]
        if spec != .symmetricDefault, let (name, _) = options.first(where: \.1) {
            throw .unsupportedOperation("\(name) is not supported for key spec \(spec.rawValue)")
        }
        if request.importType == .newKeyMaterial, request.keyMaterialID != nil {
            throw .validation(
                "KeyMaterialId must not be set if the ImportType is NEW_KEY_MATERIAL")
        }
    }

    /// A time on the wire; nothing if it is none of this age.
    static func time(_ seconds: Double) -> Timestamp? {
        guard seconds.isFinite, abs(seconds) < 1e11 else { return nil }
        return Timestamp(millisecondsSince1970: Int64(seconds * 1000))
    }
}
