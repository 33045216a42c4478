internal import KMSModel
internal import KMSWire
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
        do throws(VaultError) {
            (type, rotationSeconds, versions) = try answer.read("data") {
                data throws(WireError) in
                (
                    try data.text("type"), try data.optionalInteger("auto_rotate_period") ?? 0,
                    try Self.versions(data)
                )
            }
        } catch { throw transit.failure(error) }
    }

    private static func versions(_ data: JSONObject) throws(WireError) -> [Version] {
        let (latest, known) = (try data.integer("latest_version"), try data.object("keys"))
        guard (1...versionLimit).contains(latest) else {
            throw .unknownValue(member: "latest_version")
        }
        var versions: [Version] = []
        for number in 1...latest where number == latest || known.has("\(number)") {
            versions.append(
                Version(number: number, creationDate: try creationDate("\(number)", known)))
        }
        return versions
    }

    /// Seconds, or for an asymmetric key an object with a date.
    private static func creationDate(
        _ number: String, _ known: JSONObject
    ) throws(WireError) -> Double? {
        do throws(WireError) { return Double(try known.integer(number)) } catch {
            guard case .wrongType = error else { throw error }
            return try known.object(number).optionalText("creation_time")
                .flatMap(Timestamp.seconds)
        }
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
