internal import KMSDomain
internal import PostQuantumCrypto
internal import SecretMemory

final class MLKEMKeyHandle: KeyHandle {
    private let set: MLKEM
    private let seed: SecretBytes
    private let publicKeyInfo: [UInt8]

    init(_ set: MLKEM, seed: consuming SecretBytes) throws(KeyBackendError) {
        do throws(PostQuantumError) {
            publicKeyInfo = try set.publicKeyInfo(seed: seed)
        } catch { throw .cryptographyFailed }
        self.set = set
        self.seed = seed
    }

    func publicKey() throws(KeyBackendError) -> [UInt8] { publicKeyInfo }

    func encapsulate() throws(KeyBackendError) -> KeyEncapsulation {
        do throws(PostQuantumError) {
            let made = try set.encapsulate(publicKeyInfo: publicKeyInfo)
            return KeyEncapsulation(
                sharedSecret: made.sharedSecret.duplicate(), encapsulation: made.encapsulation)
        } catch { throw .cryptographyFailed }
    }

    func decapsulate(_ encapsulation: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(PostQuantumError) {
            return try set.decapsulate(encapsulation, seed: seed)
        } catch .notAnEncapsulation {
            throw .notAuthentic
        } catch { throw .cryptographyFailed }
    }
}
