import KMSModel
import KMSWire
import SecretMemory
import TestSupport
import Testing

/// Where a secret stands in this process while it is written, read and signed with.
@Suite("Secrets in bodies and signatures", .serialized)
struct SecretPassageTests {
    /// All places, and whether each is locked away.
    private func places(_ needle: borrowing SecretBytes) -> (count: Int, areSecret: Bool) {
        let memory = ProcessMemory()
        let found = needle.withBytes { memory.addresses(of: $0) }
        return (
            found.count,
            found.allSatisfy { ProcessMemory.flags(of: $0).isSuperset(of: ["dd", "wf"]) }
        )
    }

    @Test("A plaintext and its base64 stand in secret memory only, and go with their owners")
    func bodies() throws {
        let plaintext = SecretBytes(randomByteCount: 48)
        let start = #"{"KeyId":"k","Plaintext":""#.utf8.count
        let encoded: SecretBytes
        do {
            let body = AWSJSON.encode(
                EncryptRequest(keyID: "k", plaintext: plaintext.duplicate()))
            encoded = body.withBytes { SecretBytes(copying: $0.extracting(start..<(start + 64))) }
            let request = try body.withBytes { body throws(WireError) in
                try AWSJSON.decode(EncryptRequest.self, from: body)
            }
            // Ours and the request's; the body's and the one that was cut out of it.
            let (raw, text) = (places(plaintext), places(encoded))
            #expect(raw.count == 2)
            #expect(text.count == 2)
            #expect(raw.areSecret && text.areSecret)
            #expect(request.plaintext.byteCount == 48)
            #expect(body.byteCount > 64)
        }
        #expect(places(plaintext).count == 1)
        #expect(places(encoded).count == 1)
    }

    @Test("A secret access key stands in one place after it signed and verified")
    func signing() throws {
        // Letters, so that it is a key as AWS makes them.
        let secret = SecretBytes(byteCount: 40) { bytes in
            for offset in 0..<40 {
                bytes.storeBytes(
                    of: UInt8.random(in: 0x61...0x7A), toByteOffset: offset, as: UInt8.self)
            }
        }
        let time = SigningTime(secondsSince1970: 1_700_000_000)
        var request = try SignableRequest.made(
            "POST", "/", "", [HeaderField("Host", "kms.us-east-1.amazonaws.com")])
        do {
            let credentials = SigningCredentials(
                accessKeyID: "AKID", secretAccessKey: secret.duplicate())
            try request.sign(with: credentials, region: "us-east-1", service: "kms", at: time)
            #expect(places(secret).count == 2)
        }
        try UnverifiedSignature(of: request).verify(
            secretAccessKey: secret, service: "kms", now: time)
        let found = places(secret)
        #expect(found.count == 1)
        #expect(found.areSecret)
    }
}
