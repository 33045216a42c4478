internal import KMSModel
internal import KeyAgent

/// What Transit says of one key, as the AWS KMS API says it.
struct TransitKeyData {
    /// More than a key has versions in its life.
    private static let versionLimit = 10_000
    private static let secondsOfDay = 86_400

    private struct Version {
        let number: Int
        let creationDate: Double?
    }

    private let name: VaultKeyName
    private let type: String
    private let rotationSeconds: Int
    /// Oldest first; those that were trimmed are not among them.
    private let versions: [Version]

    init(
        _ transit: TransitAdministration, _ keyID: String
    ) throws(AgentFailure) {
        name = try transit.name(keyID)
        let answer = try transit.ask(.get, "keys/\(name.key)")
        guard let data = answer.data, let type = data["type"]?.string,
            let latest = data["latest_version"]?.integer, let known = data["keys"],
            (1...Self.versionLimit).contains(latest)
        else { throw transit.failure(.badAnswer) }
        self.type = type
        rotationSeconds = data["auto_rotate_period"]?.integer ?? 0
        versions = (1...latest).compactMap { number in
            guard let version = known["\(number)"] else { return nil }
            // Seconds, or for an asymmetric key an object with a date.
            let date = version["creation_time"]?.string.flatMap(Timestamp.seconds)
            return Version(number: number, creationDate: version.integer.map(Double.init) ?? date)
        }
        guard versions.last?.number == latest else { throw transit.failure(.badAnswer) }
    }

    var metadata: KeyMetadata {
        KeyMetadata(
            awsAccountID: "", keyID: name.text, arn: "vault:" + name.text,
            creationDate: versions.first?.creationDate ?? 0, enabled: true, description: type,
            keyUsage: .encryptDecrypt, keyState: .enabled, deletionDate: nil,
            origin: .externalKeyStore, keyManager: .customer, keySpec: keySpec,
            encryptionAlgorithms: [], multiRegion: false, pendingDeletionWindowInDays: nil,
            currentKeyMaterialID: versions.last.map { "v\($0.number)" })
    }

    /// AEAD keys, which containers can use, count as symmetric; of other types only those that the
    /// API has a word for are told apart.
    private var keySpec: KeySpec {
        switch type {
        case "rsa-2048": .rsa2048
        case "rsa-3072": .rsa3072
        case "rsa-4096": .rsa4096
        case "ecdsa-p256": .eccNISTP256
        case "ecdsa-p384": .eccNISTP384
        case "ecdsa-p521": .eccNISTP521
        case "ed25519": .eccNISTEdwards25519
        default: .symmetricDefault
        }
    }

    var rotations: [RotationsListEntry] {
        versions.map { version in
            RotationsListEntry(
                keyID: name.text, keyMaterialID: "v\(version.number)",
                keyMaterialState: version.number == versions.last?.number ? .current : .nonCurrent,
                rotationDate: version.creationDate, rotationType: nil)
        }
    }

    var rotationStatus: GetKeyRotationStatusResponse {
        let isAutomatic = rotationSeconds > 0
        let next = versions.last?.creationDate.map { $0 + Double(rotationSeconds) }
        return GetKeyRotationStatusResponse(
            keyID: name.text, keyRotationEnabled: isAutomatic,
            rotationPeriodInDays: isAutomatic
                ? max(1, rotationSeconds / Self.secondsOfDay) : nil,
            nextRotationDate: isAutomatic ? next : nil)
    }
}
