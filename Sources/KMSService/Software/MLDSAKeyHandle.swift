internal import KMSDomain
internal import PostQuantumCrypto
internal import SecretMemory

final class MLDSAKeyHandle: KeyHandle {
    private let set: MLDSA
    private let seed: SecretBytes
    private let publicKeyInfo: [UInt8]

    init(_ set: MLDSA, seed: consuming SecretBytes) throws(KeyBackendError) {
        do throws(PostQuantumError) {
            publicKeyInfo = try set.publicKeyInfo(seed: seed)
        } catch { throw .cryptographyFailed }
        self.set = set
        self.seed = seed
    }

    func publicKey() throws(KeyBackendError) -> [UInt8] { publicKeyInfo }

    func sign(
        _ message: RawSpan, _ form: Key.MessageForm, by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> [UInt8] {
        guard algorithm == .mlDSA, form == .message else { throw .unsupported }
        do throws(PostQuantumError) {
            return try set.signature(of: message, seed: seed)
        } catch { throw .cryptographyFailed }
    }

    func verify(
        _ signature: [UInt8], of message: RawSpan, _ form: Key.MessageForm,
        by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> Bool {
        guard algorithm == .mlDSA, form == .message else { throw .unsupported }
        do throws(PostQuantumError) {
            return try set.isValid(signature, of: message, publicKeyInfo: publicKeyInfo)
        } catch { throw .cryptographyFailed }
    }
}
