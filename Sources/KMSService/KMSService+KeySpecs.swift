internal import KMSDomain
internal import KMSModel

/// Which keys there can be, and their material.
extension KMSService {
    /// The spec and the usage that are asked for, if they go together and the libraries here have them.
    static func kind(of request: CreateKeyRequest) throws(KMSError) -> (Key.Spec, Key.Usage) {
        guard request.keySpec.usages.contains(request.keyUsage) else {
            throw .validation(
                "KeyUsage \(request.keyUsage.rawValue) is not compatible with KeySpec "
                    + request.keySpec.rawValue)
        }
        guard let spec = Key.Spec(rawValue: request.keySpec.rawValue),
            let usage = Key.Usage(rawValue: request.keyUsage.rawValue)
        else { throw unsupported(request.keySpec) }
        guard (spec, usage) != (.sm2, .keyAgreement) else {
            throw .unsupportedOperation(
                "KeyUsage KEY_AGREEMENT with KeySpec SM2 is not supported by this key service.")
        }
        return (spec, usage)
    }

    /// The first material of a key, sealed. A token may make fewer kinds of it than the software.
    func generateMaterial(of key: Key, by backend: any KeyBackend) throws -> [UInt8] {
        do throws(KeyBackendError) {
            return try backend.generateMaterial(
                for: key.name.id, version: key.currentVersion, purpose: key.purpose)
        } catch .unsupported {
            throw Self.unsupported(KeySpec(key.spec))
        } catch { throw error }
    }

    private static func unsupported(_ spec: KeySpec) -> KMSError {
        .unsupportedOperation("KeySpec \(spec.rawValue) is not supported by this key service.")
    }
}

extension KeySpec {
    /// The usages AWS allows with this spec.
    fileprivate var usages: [KeyUsage] {
        switch self {
        case .symmetricDefault: [.encryptDecrypt]
        case .rsa2048, .rsa3072, .rsa4096: [.encryptDecrypt, .signVerify]
        case .eccNISTP256, .eccNISTP384, .eccNISTP521: [.signVerify, .keyAgreement]
        case .eccSECGP256K1, .eccNISTEdwards25519, .mlDSA44, .mlDSA65, .mlDSA87: [.signVerify]
        case .hmac224, .hmac256, .hmac384, .hmac512: [.generateVerifyMAC]
        case .sm2: [.encryptDecrypt, .signVerify, .keyAgreement]
        case .mlKEM512, .mlKEM768, .mlKEM1024: [.encapsulateDecapsulate]
        }
    }
}
