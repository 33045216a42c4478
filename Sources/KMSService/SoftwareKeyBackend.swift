package import KMSDomain
internal import OpenSSLCrypto
package import SecretMemory

/// Key material in locked memory, sealed for the store under a root of trust.
///
///     row = salt (32) ‖ AES-256-GCM(K, nonce 0, AAD = key id ‖ version id ‖ purpose, material)
///     K   = HKDF-Expand(root, "coffer/v1 row" ‖ 00 ‖ salt, 32)
///
/// The associated data ties a row to its place: copied over another row, it never opens.
package struct SoftwareKeyBackend: MovableKeyBackend {
    private static let label = Array("coffer/v1 row".utf8) + [0]
    private static let saltByteCount = 32

    private let root: any RootOfTrust

    package init(root: any RootOfTrust) { self.root = root }

    package func generateMaterial(
        for key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        try importMaterial(
            KeyMaterial(purpose.spec).generate(), for: key, version: version, purpose: purpose)
    }

    package func openMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> any KeyHandle {
        try KeyMaterial(purpose.spec).open(
            exportMaterial(sealed, of: key, version: version, purpose: purpose))
    }

    package func importMaterial(
        _ material: borrowing SecretBytes, for key: KeyID, version: VersionID,
        purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        let salt = SystemRandom.bytes(count: Self.saltByteCount)
        let rowKey = try rowKey(salt: salt)
        do throws(CryptoError) {
            let sealed = try rowKey.withBytes { rowKey throws(CryptoError) in
                try material.withBytes { material throws(CryptoError) in
                    try AES256GCM.seal(
                        material, underOneTimeKey: rowKey,
                        associatedData: key.bytes + version.bytes + purpose.bytes)
                }
            }
            return salt + sealed
        } catch {
            throw .cryptographyFailed
        }
    }

    package func exportMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> SecretBytes {
        guard sealed.count > Self.saltByteCount + AES256GCM.tagByteCount else {
            throw .materialNotAuthentic
        }
        let rowKey = try rowKey(salt: Array(sealed[..<Self.saltByteCount]))
        let body = unsafe sealed.span.bytes.extracting(droppingFirst: Self.saltByteCount)
        do throws(CryptoError) {
            return try rowKey.withBytes { rowKey throws(CryptoError) in
                try AES256GCM.open(
                    body, underOneTimeKey: rowKey,
                    associatedData: key.bytes + version.bytes + purpose.bytes)
            }
        } catch .notAuthentic {
            throw .materialNotAuthentic
        } catch {
            throw .cryptographyFailed
        }
    }

    private func rowKey(salt: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(RootOfTrustError) {
            return try root.derive(info: Self.label + salt)
        } catch {
            throw .rootOfTrust(error)
        }
    }
}
