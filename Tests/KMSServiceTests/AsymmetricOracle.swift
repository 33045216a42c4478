import Foundation

/// The script beside this file, in a Python that has `cryptography`: `COFFER_TEST_PYTHON`.
final class AsymmetricOracle {
    static let missing = "needs a Python with cryptography in COFFER_TEST_PYTHON"

    private static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    static var isThere: Bool { python != nil }

    struct Failure: Error { let output: String }

    struct Secret: Decodable {
        let publicKey: String?
        let encapsulation: String?
        let secret: String
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread: [UInt8] = []

    init() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("asymmetric-oracle.py").path
        process.executableURL = URL(fileURLWithPath: Self.python ?? "")
        process.arguments = ["-B", script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func isValid(
        _ signature: [UInt8], of message: [UInt8], by algorithm: String, _ publicKey: [UInt8]
    ) throws -> Bool {
        let verdict = try ask(
            String.self, "verify", publicKey,
            ["algorithm": algorithm, "message": message.hex, "signature": signature.hex])
        return verdict == "valid"
    }

    func encrypt(
        _ message: [UInt8], by algorithm: String, to publicKey: [UInt8]
    ) throws -> [UInt8] {
        try [UInt8](
            hex: ask(
                String.self, "encrypt", publicKey,
                ["algorithm": algorithm, "message": message.hex]))
    }

    func agree(with publicKey: [UInt8]) throws -> (publicKey: [UInt8], secret: [UInt8]) {
        let made = try ask(Secret.self, "agree", publicKey)
        return ([UInt8](hex: made.publicKey ?? ""), [UInt8](hex: made.secret))
    }

    func encapsulate(to publicKey: [UInt8]) throws -> (encapsulation: [UInt8], secret: [UInt8]) {
        let made = try ask(Secret.self, "encapsulate", publicKey)
        return ([UInt8](hex: made.encapsulation ?? ""), [UInt8](hex: made.secret))
    }

    func isPair(_ publicKey: [UInt8], _ privateKey: [UInt8]) throws -> Bool {
        try ask(String.self, "pair", publicKey, ["privateKey": privateKey.hex]) == "pair"
    }

    private func ask<Answer: Decodable>(
        _ type: Answer.Type, _ question: String, _ publicKey: [UInt8],
        _ more: [String: String] = [:]
    ) throws -> Answer {
        var given = more
        given["ask"] = question
        given["publicKey"] = publicKey.hex
        try input.fileHandleForWriting.write(
            contentsOf: try JSONEncoder().encode(given) + Data("\n".utf8))
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(unread[..<end])
                unread.removeFirst(end + 1)
                return try JSONDecoder().decode(type, from: line)
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else {
                throw Failure(output: String(decoding: unread, as: UTF8.self))
            }
            unread += data
        }
    }
}

extension [UInt8] {
    var hex: String { map { String(format: "%02x", $0) }.joined() }

    init(hex: String) {
        var bytes: [UInt8] = []
        var rest = hex[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        self = bytes
    }
}
