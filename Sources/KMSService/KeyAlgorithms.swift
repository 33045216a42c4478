internal import KMSDomain
internal import KMSModel

/// What a key does, as DescribeKey and GetPublicKey name it: by its usage, and how by its spec.
struct KeyAlgorithms {
    var encryption: [EncryptionAlgorithm] = []
    var signing: [SigningAlgorithm] = []
    var mac: [MACAlgorithm] = []
    var keyAgreement: [KeyAgreementAlgorithm] = []
    var encapsulation: [EncapsulationAlgorithm] = []

    init(of key: Key) {
        switch key.usage {
        case .encryptDecrypt where key.spec == .symmetricDefault: encryption = [.symmetricDefault]
        case .encryptDecrypt:
            encryption = key.spec.encryptionAlgorithms.compactMap {
                EncryptionAlgorithm(rawValue: $0.rawValue)
            }
        case .signVerify:
            signing = key.spec.signingAlgorithms.compactMap {
                SigningAlgorithm(rawValue: $0.rawValue)
            }
        case .generateVerifyMAC:
            mac = [key.spec.macAlgorithm].compactMap { algorithm in
                algorithm.flatMap { MACAlgorithm(rawValue: $0.rawValue) }
            }
        case .keyAgreement: keyAgreement = [.ecdh]
        case .encapsulateDecapsulate: encapsulation = [.mlKEM]
        }
    }
}

extension KeySpec {
    init(_ spec: Key.Spec) {
        guard let same = KeySpec(rawValue: spec.rawValue) else {
            preconditionFailure("key spec: no such word in the API")
        }
        self = same
    }
}

extension KeyUsage {
    init(_ usage: Key.Usage) {
        guard let same = KeyUsage(rawValue: usage.rawValue) else {
            preconditionFailure("key usage: no such word in the API")
        }
        self = same
    }
}
