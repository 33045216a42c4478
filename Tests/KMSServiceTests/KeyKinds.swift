import KMSModel

/// Specs and usages, as AWS's developer guide has them ("Key spec reference").
enum KeyKinds {
    static let all: [(KeySpec, KeyUsage)] = [
        (.symmetricDefault, .encryptDecrypt),
        (.rsa2048, .encryptDecrypt), (.rsa2048, .signVerify),
        (.rsa3072, .encryptDecrypt), (.rsa3072, .signVerify),
        (.rsa4096, .encryptDecrypt), (.rsa4096, .signVerify),
        (.eccNISTP256, .signVerify), (.eccNISTP256, .keyAgreement),
        (.eccNISTP384, .signVerify), (.eccNISTP384, .keyAgreement),
        (.eccNISTP521, .signVerify), (.eccNISTP521, .keyAgreement),
        (.eccSECGP256K1, .signVerify), (.eccNISTEdwards25519, .signVerify),
        (.sm2, .encryptDecrypt), (.sm2, .signVerify), (.sm2, .keyAgreement),
        (.hmac224, .generateVerifyMAC), (.hmac256, .generateVerifyMAC),
        (.hmac384, .generateVerifyMAC), (.hmac512, .generateVerifyMAC),
        (.mlDSA44, .signVerify), (.mlDSA65, .signVerify), (.mlDSA87, .signVerify),
        (.mlKEM512, .encapsulateDecapsulate), (.mlKEM768, .encapsulateDecapsulate),
        (.mlKEM1024, .encapsulateDecapsulate),
    ]

    /// What neither library has.
    static func isMissing(_ spec: KeySpec, _ usage: KeyUsage) -> Bool {
        spec == .mlDSA44 || spec == .mlKEM512 || (spec, usage) == (.sm2, .keyAgreement)
    }

    /// Those there are, without the ones whose making takes seconds.
    static let quick = all.filter { spec, usage in
        !isMissing(spec, usage) && ![.rsa3072, .rsa4096].contains(spec)
    }

    /// One of each usage, and of each way to encrypt.
    static let oneOfEach: [(KeySpec, KeyUsage)] = [
        (.symmetricDefault, .encryptDecrypt), (.rsa2048, .encryptDecrypt),
        (.eccNISTP256, .signVerify), (.hmac256, .generateVerifyMAC),
        (.eccNISTP384, .keyAgreement), (.mlKEM768, .encapsulateDecapsulate),
    ]
}
