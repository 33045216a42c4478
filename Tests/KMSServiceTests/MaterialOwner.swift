import Foundation
import KMSDomain
import KMSModel
import Testing
import TokenBed

/// Somebody with key material of his own, who makes and wraps it as AWS's documentation says: with
/// OpenSSL's command line, or a few lines of Python.
final class MaterialOwner {
    enum Tool: CaseIterable, CustomTestStringConvertible {
        case openssl, python
        var testDescription: String { "\(self)" }
    }

    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("coffer-material-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// As ImportKeyMaterial wants it for this spec, and of a pair its public half in DER.
    func makeMaterial(_ spec: KeySpec) throws -> (material: [UInt8], publicKey: [UInt8]?) {
        let arguments: [String]
        switch spec {
        case .symmetricDefault, .hmac256: return (Self.random(32), nil)
        case .hmac224: return (Self.random(28), nil)
        case .hmac384: return (Self.random(48), nil)
        case .hmac512: return (Self.random(64), nil)
        // RFC 9881 and 9935: the key is its seed.
        case .mlDSA65: return (Self.seed(arc: [3, 0x12], byteCount: 32), nil)
        case .mlDSA87: return (Self.seed(arc: [3, 0x13], byteCount: 32), nil)
        case .mlKEM768: return (Self.seed(arc: [4, 2], byteCount: 64), nil)
        case .mlKEM1024: return (Self.seed(arc: [4, 3], byteCount: 64), nil)
        case .rsa2048: arguments = ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        case .rsa3072: arguments = ["RSA", "-pkeyopt", "rsa_keygen_bits:3072"]
        case .rsa4096: arguments = ["RSA", "-pkeyopt", "rsa_keygen_bits:4096"]
        case .eccNISTP256: arguments = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        case .eccNISTP384: arguments = ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"]
        case .eccNISTP521: arguments = ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"]
        case .eccSECGP256K1: arguments = ["EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]
        case .eccNISTEdwards25519: arguments = ["ED25519"]
        case .sm2: arguments = ["SM2"]
        case .mlDSA44, .mlKEM512: preconditionFailure("test: no library has \(spec)")
        }
        try openssl(["genpkey", "-algorithm"] + arguments + ["-out", path("key.pem")])
        try openssl([
            "pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in", path("key.pem"), "-out",
            path("key.der"),
        ])
        try openssl([
            "pkey", "-in", path("key.pem"), "-pubout", "-outform", "DER", "-out",
            path("public.der"),
        ])
        return (try read("key.der"), try read("public.der"))
    }

    func wrap(
        _ material: [UInt8], to publicKey: [UInt8], by algorithm: WrappingAlgorithm,
        with tool: Tool = .openssl
    ) throws -> [UInt8] {
        try write(publicKey, "wrapping.der")
        try write(material, "material")
        switch tool {
        case .python:
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("wrap-material.py").path
            try Command.run(
                ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"] ?? "python3",
                [
                    "-B", script, algorithm.rawValue, path("wrapping.der"), path("material"),
                    path("wrapped"),
                ])
            return try read("wrapped")
        case .openssl: return try wrap(by: algorithm)
        }
    }

    private func wrap(by algorithm: WrappingAlgorithm) throws -> [UInt8] {
        switch algorithm {
        case .rsaesOAEPSHA1: return try encrypt("material", oaep: "sha1")
        case .rsaesOAEPSHA256: return try encrypt("material", oaep: "sha256")
        case .rsaAESKeyWrapSHA1: return try encrypt("aes", oaep: "sha1") + keyWrapped()
        case .rsaAESKeyWrapSHA256: return try encrypt("aes", oaep: "sha256") + keyWrapped()
        case .rsaesPKCS1V15, .sm2PKE: return try encrypt("material", options: [])
        }
    }

    private func keyWrapped() throws -> [UInt8] {
        let key = try read("aes").map { String(format: "%02x", $0) }.joined()
        try openssl([
            "enc", "-id-aes256-wrap-pad", "-K", key, "-iv", "A65959A6", "-in", path("material"),
            "-out", path("part"),
        ])
        return try read("part")
    }

    private func encrypt(_ name: String, oaep digest: String) throws -> [UInt8] {
        try encrypt(
            name,
            options: [
                "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:\(digest)",
                "-pkeyopt", "rsa_mgf1_md:\(digest)",
            ])
    }

    private func encrypt(_ name: String, options: [String]) throws -> [UInt8] {
        if name == "aes" { try write(Self.random(32), name) }
        try openssl(
            [
                "pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", path("wrapping.der"),
                "-in", path(name), "-out", path("encrypted"),
            ] + options)
        return try read("encrypted")
    }

    /// PKCS#8 with the seed only.
    private static func seed(arc: [UInt8], byteCount: Int) -> [UInt8] {
        let identifier: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04] + arc
        let count = UInt8(identifier.count)
        let algorithm = [0x30, count + 2, 0x06, count] + identifier
        let key = [0x04, UInt8(byteCount + 2), 0x80, UInt8(byteCount)] + random(byteCount)
        let body: [UInt8] = [0x02, 0x01, 0x00] + algorithm + key
        return [0x30, UInt8(body.count)] + body
    }

    private static func random(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }

    private func openssl(_ arguments: [String]) throws { try Command.run("openssl", arguments) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }
}
