import Glibc
import KMSDomain
import KMSService
import KMSStore
import SecretMemory

/// Many keys and grants, put straight into the store of a keystore whose root is in its file.
enum Seed {
    /// Of one transaction.
    private static let batch = 1000
    private static let operations: Set<Grant.Operation> = [
        .decrypt, .describeKey, .generateDataKey,
    ]

    /// Prints the id of each key. The first grantee of each is `user`; the others are of its name with a
    /// number behind it.
    static func run(
        _ directory: String, keys: Int, grantsPerKey: Int, user: String
    ) throws {
        guard let root = try root(of: directory) else { exit(65) }
        let backend = SoftwareKeyBackend(root: root)
        let store = try SQLiteKeyStore.open(at: Array((directory + "/keys.sqlite").utf8))
        let grantees = try (0..<grantsPerKey).map {
            try PrincipalPattern(aws: $0 == 0 ? user : user + "\($0)")
        }
        for start in stride(from: 0, to: keys, by: batch) {
            try store.write { store throws in
                for _ in start..<min(start + batch, keys) {
                    try insertKey(into: store, by: backend, grantees, user)
                }
            }
        }
        try store.close()
    }

    private static func insertKey(
        into store: any KeyStoreWriter, by backend: SoftwareKeyBackend,
        _ grantees: [PrincipalPattern], _ user: String
    ) throws {
        let now = SystemClock().now()
        guard let id = KeyID(uuidFromRandomBytes: SystemRandom.bytes(count: KeyID.byteCount)),
            let version = VersionID(
                uuidFromRandomBytes: SystemRandom.bytes(count: VersionID.byteCount))
        else { exit(70) }
        let key = Key(
            name: KeyName(id), home: .local, spec: .symmetricDefault, usage: .encryptDecrypt,
            description: "", creationDate: now, firstVersion: version)
        try store.insert(key)
        try store.insert(
            KeyVersion(
                id: version, keyID: id, creationDate: now, cause: .creation,
                sealedMaterial: try backend.generateMaterial(
                    for: id, version: version, purpose: key.purpose)))
        for grantee in grantees {
            guard let grant = GrantID(bytes: SystemRandom.bytes(count: GrantID.byteCount)) else {
                exit(70)
            }
            try store.insert(
                Grant(
                    id: grant, keyID: id, name: nil, creationDate: now, grantee: grantee,
                    retiringPrincipal: nil, issuingPrincipal: user, operations: operations,
                    constraint: nil))
        }
        print(id.text)
    }

    private static func root(of directory: String) throws -> SoftwareRootOfTrust? {
        let file = unsafe open(directory + "/root.key", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { exit(66) }
        defer { close(file) }
        return SoftwareRootOfTrust(
            key: SecretBytes(byteCount: SoftwareRootOfTrust.byteCount) { bytes in
                let count = unsafe bytes.withUnsafeMutableBytes {
                    unsafe read(file, $0.baseAddress, $0.count)
                }
                guard count == SoftwareRootOfTrust.byteCount else { exit(66) }
            })
    }
}
