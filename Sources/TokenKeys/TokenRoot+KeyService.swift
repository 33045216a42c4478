package import KMSDomain
internal import PKCS11Token
package import SecretMemory

/// What the key service asks of a root, for who has the module in its own process.
extension TokenRoot: RootOfTrust, KeyBackend {
    package func derive(info: [UInt8]) throws(RootOfTrustError) -> SecretBytes {
        do throws(TokenError) { return try derivedKey(info: info) } catch {
            throw .unavailable(error.reason)
        }
    }

    package func generateMaterial(
        for key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        guard purpose.spec == .symmetricDefault else { throw .unsupported }
        do throws(TokenError) {
            return try generateRow(for: MaterialPlace(key, version, purpose))
        } catch { throw KeyBackendError(error) }
    }

    package func openMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> any KeyHandle {
        do throws(TokenError) {
            return try open(sealed, of: MaterialPlace(key, version, purpose))
        } catch { throw KeyBackendError(error) }
    }
}

extension TokenMaterial: KeyHandle {
    package func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(TokenError) { return try derivedKey(info: info) } catch {
            throw KeyBackendError(error)
        }
    }
}

extension MaterialPlace {
    fileprivate init(_ key: KeyID, _ version: VersionID, _ purpose: MaterialPurpose) {
        guard
            let place = MaterialPlace(
                key: key.bytes, version: version.bytes, purpose: purpose.bytes)
        else { preconditionFailure("pkcs11: an id has another length") }
        self = place
    }
}
