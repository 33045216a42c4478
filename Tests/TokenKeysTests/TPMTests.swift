import Foundation
import PKCS11Token
import SecretMemory
import Testing
import TokenBed
import TokenKeys

/// A token that only has RSA: a TPM.
@Suite struct TPMTests {
    private static let binder = [UInt8](repeating: 7, count: 32)

    @Test(
        "A TPM wraps by RSA-OAEP with SHA-256 and opens what OpenSSL wrapped; dead, it blames no data"
    )
    func oaep() throws {
        let tpm = try SoftTPM()
        let uri = try TokenURI("pkcs11:token=\(SoftTPM.label);object=rsa")
        let token = try Token(uri: uri, modulePath: SoftTPM.module) { Bed.pin(SoftTPM.pin) }
        let key = try TokenKey(token: token, uri: uri, allowsSHA1: true)
        let secret = SecretBytes(randomByteCount: 32)
        let body = try key.wrap(secret, binder: Self.binder)
        #expect(body.count == 257 && body[0] == 4)
        #expect(try Bed.bytes(key.unwrap(body, binder: Self.binder)) == Bed.bytes(secret))

        // Under its name as SHA-1 it does not open: the module did use SHA-256.
        #expect(throws: (any Error).self) {
            _ = try key.unwrap([5] + Array(body.dropFirst()), binder: Self.binder)
        }
        let foreign = try wrappedByOpenSSL(Bed.bytes(secret), tpm)
        #expect(
            try Bed.bytes(key.unwrap([4] + foreign, binder: Self.binder)) == Bed.bytes(secret))

        var changed = body
        changed[100] ^= 1
        #expect(throws: TokenError.notAuthentic) {
            _ = try key.unwrap(changed, binder: Self.binder)
        }
        #expect(throws: TokenError.mechanismsMissing(["CKM_AES_KEY_WRAP"])) {
            _ = try TokenRoot(token: token, name: "rsa")
        }

        tpm.stop()
        do {
            _ = try key.unwrap(body, binder: Self.binder)
            Issue.record("was opened")
        } catch {
            #expect(error != .notAuthentic, "a dead token says nothing of the data: \(error)")
        }
    }

    private func wrappedByOpenSSL(_ secret: [UInt8], _ tpm: SoftTPM) throws -> [UInt8] {
        let (plain, sealed) = ("\(tpm.folder)/plain", "\(tpm.folder)/sealed")
        try Data(secret).write(to: URL(fileURLWithPath: plain))
        try Command.run(
            "openssl",
            [
                "pkeyutl", "-encrypt", "-pubin", "-inkey", tpm.publicKeyPath, "-keyform", "DER",
                "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256",
                "-pkeyopt", "rsa_mgf1_md:sha256", "-in", plain, "-out", sealed,
            ])
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: sealed)))
    }
}
