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
///
/// COFFER_MAKE_KEYSTORE=vN makes the one of this version, once; files that are there are never
/// edited.
@Suite struct ReleasedKeystoreTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Keystores").standardizedFileURL
    private static let toMake = ProcessInfo.processInfo.environment["COFFER_MAKE_KEYSTORE"]
    private static let plaintext = "sealed by a released version"

    static func versions() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("v") }.sorted()
    }

    @Test("Makes this version's keystore", .enabled(if: toMake != nil, "only when asked for"))
    func make() throws {
        let name = try #require(Self.toMake)
        let place = Self.folder.appending(path: name)
        #expect(!FileManager.default.fileExists(atPath: place.path))
        let keys = try EmbeddedKeyService.create(in: Array(place.path.utf8), rootPassphrase: nil)
        let arn = try keys.service.describeKey(
            DescribeKeyRequest(keyID: "alias/default"), caller: keys.caller
        ).keyMetadata.arn
        let context = try EncryptionContext(strings: ["purpose": "for ever"])
        func seal() throws -> String {
            let blob = unsafe try keys.service.encrypt(
                EncryptRequest(
                    keyID: arn,
                    plaintext: SecretBytes(copying: Array(Self.plaintext.utf8).span.bytes),
                    encryptionContext: context), caller: keys.caller
            ).ciphertextBlob
            return blob.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        let before = try seal()
        _ = try keys.service.rotateKeyOnDemand(
            RotateKeyOnDemandRequest(keyID: arn), caller: keys.caller)
        let after = try seal()
        try keys.close()
        try Data("\(before)\n\(after)\n".utf8).write(to: place.appending(path: "blobs.hex"))
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
        #expect(try keys.verifyAudit().isIntact)
    }
}
