package import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory
internal import Synchronization

/// A backend whose handles and sealed rows have no bytes of the material: a row is a ticket, a
/// handle a number, and the material never leaves the backend, as in a token.
package final class VaultKeyBackend: KeyBackend {
    fileprivate final class Slot: Sendable {
        let ticket: [UInt8]
        let key: KeyID
        let version: VersionID
        let purpose: MaterialPurpose
        let material = SecretBytes(randomByteCount: 32)

        init(ticket: [UInt8], key: KeyID, version: VersionID, purpose: MaterialPurpose) {
            self.ticket = ticket
            self.key = key
            self.version = version
            self.purpose = purpose
        }
    }

    private let slots: Mutex<[Slot]> = Mutex([])

    package init() {}

    package func generateMaterial(
        for key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        guard purpose.spec == .symmetricDefault else { throw .unsupported }
        let ticket = SystemRandom.bytes(count: 80)
        slots.withLock {
            $0.append(Slot(ticket: ticket, key: key, version: version, purpose: purpose))
        }
        return ticket
    }

    package func openMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> any KeyHandle {
        let index = slots.withLock { slots in
            slots.firstIndex {
                $0.ticket == sealed && $0.key == key && $0.version == version
                    && $0.purpose == purpose
            }
        }
        guard let index else { throw .materialNotAuthentic }
        return NumberedHandle(index: index, backend: self)
    }

    fileprivate func deriveKey(index: Int, info: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        let slot = slots.withLock { $0[index] }
        do throws(CryptoError) {
            return try slot.material.withBytes { material throws(CryptoError) in
                try HKDFSHA256.expand(pseudorandomKey: material, info: info)
            }
        } catch {
            throw .cryptographyFailed
        }
    }
}

private final class NumberedHandle: KeyHandle {
    let index: Int
    let backend: VaultKeyBackend

    init(index: Int, backend: VaultKeyBackend) {
        self.index = index
        self.backend = backend
    }

    func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        try backend.deriveKey(index: index, info: info)
    }
}
