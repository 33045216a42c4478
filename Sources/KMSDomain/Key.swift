/// One key of the service, without its material: what a store keeps and the rules act on.
package struct Key: Equatable, Sendable {
    /// What the material is. Raw values are the API's.
    package enum Spec: String, CaseIterable, Sendable {
        case symmetricDefault = "SYMMETRIC_DEFAULT"
        case rsa2048 = "RSA_2048"
        case rsa3072 = "RSA_3072"
        case rsa4096 = "RSA_4096"
        case p256 = "ECC_NIST_P256"
        case p384 = "ECC_NIST_P384"
        case p521 = "ECC_NIST_P521"
        case secp256k1 = "ECC_SECG_P256K1"
        case ed25519 = "ECC_NIST_EDWARDS25519"
        case sm2 = "SM2"
        case hmac224 = "HMAC_224"
        case hmac256 = "HMAC_256"
        case hmac384 = "HMAC_384"
        case hmac512 = "HMAC_512"
        case mlDSA65 = "ML_DSA_65"
        case mlDSA87 = "ML_DSA_87"
        case mlKEM768 = "ML_KEM_768"
        case mlKEM1024 = "ML_KEM_1024"
    }

    package enum Usage: String, CaseIterable, Sendable {
        case encryptDecrypt = "ENCRYPT_DECRYPT"
        case signVerify = "SIGN_VERIFY"
        case generateVerifyMAC = "GENERATE_VERIFY_MAC"
        case keyAgreement = "KEY_AGREEMENT"
        case encapsulateDecapsulate = "ENCAPSULATE_DECAPSULATE"
    }

    /// Who decides on the key. Raw values are the API's.
    package enum Manager: String, CaseIterable, Sendable {
        case customer = "CUSTOMER"
        /// The service made it for itself: anybody may be allowed to use it, nobody to change it.
        case service = "AWS"
    }

    package enum Status: Equatable, Sendable {
        case enabled
        case disabled
        /// The material is destroyed at `date`.
        case pendingDeletion(date: Timestamp, windowInDays: Int)
    }

    package let id: KeyID
    package let name: KeyName
    /// The account and region it is of.
    package let home: Realm
    package let spec: Spec
    package let usage: Usage
    package let creationDate: Timestamp
    package let manager: Manager
    package var description: String
    package internal(set) var status: Status
    /// The version that seals; older ones only open.
    package internal(set) var currentVersion: VersionID
    package internal(set) var rotation: RotationSchedule?
    package internal(set) var onDemandRotationCount: Int

    /// A key as it is made: enabled, with its first version, not rotating.
    package init(
        name: KeyName, home: Realm, spec: Spec, usage: Usage, description: String,
        creationDate: Timestamp, firstVersion: VersionID, manager: Manager = .customer
    ) {
        self.init(
            id: name.id, name: name, home: home, spec: spec, usage: usage,
            description: description, creationDate: creationDate, status: .enabled,
            currentVersion: firstVersion, rotation: nil, onDemandRotationCount: 0,
            manager: manager)
    }

    /// A key as a store kept it.
    package init(
        id: KeyID, name: KeyName, home: Realm, spec: Spec, usage: Usage, description: String,
        creationDate: Timestamp, status: Status, currentVersion: VersionID,
        rotation: RotationSchedule?, onDemandRotationCount: Int, manager: Manager = .customer
    ) {
        self.id = id
        self.name = name
        self.home = home
        self.spec = spec
        self.usage = usage
        self.description = description
        self.creationDate = creationDate
        self.status = status
        self.currentVersion = currentVersion
        self.rotation = rotation
        self.onDemandRotationCount = onDemandRotationCount
        self.manager = manager
    }

    package var arn: String { home.arn(of: name) }

    /// What the material may be used for; bound into the sealed row, so that a row never opens as
    /// material of another kind.
    package var purpose: MaterialPurpose { MaterialPurpose(spec: spec, usage: usage) }

    /// Public name of one version: the API's KeyMaterialId, 64 hexadecimal characters.
    package func materialID(of version: VersionID) -> String {
        name.id.hexadecimal + version.hexadecimal
    }

    /// Nothing for keys whose material never changes: the API does not name it.
    package var currentMaterialID: String? {
        spec == .symmetricDefault ? materialID(of: currentVersion) : nil
    }
}

/// `SPEC:USAGE` in ASCII, for example `SYMMETRIC_DEFAULT:ENCRYPT_DECRYPT`.
package struct MaterialPurpose: Equatable, Sendable {
    package let spec: Key.Spec
    package let bytes: [UInt8]

    package init(spec: Key.Spec, usage: Key.Usage) {
        self.spec = spec
        bytes = Array("\(spec.rawValue):\(usage.rawValue)".utf8)
    }
}
