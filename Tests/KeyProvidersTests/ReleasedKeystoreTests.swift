import AuditLog
import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import KeyProviders
import SecretMemory
import Testing

/// Tests/Keystores holds a keystore made by every released version; each opens for ever.
@Suite struct ReleasedKeystoreTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Keystores").standardizedFileURL
    private static let plaintext = "sealed by a released version"

    static func versions() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("v") }.sorted()
    }

    @Test(
        "A keystore of a released version opens what that version sealed",
        arguments: try versions())
    func opens(version: String) throws {
        let directory = TemporaryDirectory()
        let place = directory.text + "/keystore"
        try FileManager.default.copyItem(
            atPath: Self.folder.appending(path: version).path, toPath: place)
        // Git keeps no permissions but the executable bit.
        for (name, mode) in [
            ("", 0o700), ("/audit", 0o700), ("/root.key", 0o600), ("/keys.sqlite", 0o600),
            ("/audit/log.jsonl", 0o600), ("/audit/head", 0o600),
        ] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: place + name)
        }
        let keys = try EmbeddedKeyService.open(in: Array(place.utf8))
        let blobs = try String(contentsOfFile: place + "/blobs.hex", encoding: .utf8)
            .split(separator: "\n")
        #expect(blobs.count == 2)
        for blob in blobs {
            let digits = Array(blob.utf8)
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
            }
            let response = try keys.service.decrypt(
                DecryptRequest(
                    ciphertextBlob: bytes,
                    encryptionContext: EncryptionContext(strings: ["purpose": "for ever"])),
                caller: keys.caller)
            let text = response.plaintext.withBytes { bytes in
                (0..<bytes.byteCount).map { index in
                    unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
                }
            }
            #expect(text == Array(Self.plaintext.utf8))
        }
        #expect(try EmbeddedKeyService.verifyAudit(in: keys.directory).isIntact)
    }
}
