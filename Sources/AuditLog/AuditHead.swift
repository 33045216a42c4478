internal import KMSDomain
internal import OpenSSLCrypto

/// How far the log had come when somebody last made sure of it: one line in the file `head`.
///
///     {"head":{"sequence":N,"byteCount":B,"hash":"<64 hex>"},"mac":"<64 hex>"}
///
/// The code is over the bytes before `,"mac"`. A log that ends before its head has been cut.
package struct AuditHead: Equatable, Sendable {
    package let sequence: UInt64
    /// Of the log, up to and with the line feed of that record.
    package let byteCount: Int
    /// SHA-256 of that record's line.
    package let hash: [UInt8]

    package init(sequence: UInt64, byteCount: Int, hash: [UInt8]) {
        self.sequence = sequence
        self.byteCount = byteCount
        self.hash = hash
    }

    /// The longest line there can be: two numbers of 20 digits.
    static let maximumByteCount = 256

    private var signedPart: [UInt8] {
        Array(
            #"{"head":{"sequence":\#(sequence),"byteCount":\#(byteCount),"hash":"\#(Hexadecimal.text(hash))"}"#
                .utf8)
    }

    func line(signedBy key: AuditKey) throws(AuditError) -> [UInt8] {
        let signed = signedPart
        return try signed + Array(#","mac":""#.utf8)
            + Array(Hexadecimal.text(key.code(of: signed)).utf8) + Array("\"}\n".utf8)
    }

    /// Nothing unless it is exactly so written.
    static func parse(_ bytes: [UInt8]) -> (head: AuditHead, code: [UInt8])? {
        let text = String(decoding: bytes, as: UTF8.self)
        // Numbers and digests in a fixed frame: read them, write them again, compare.
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 15,
            let sequence = UInt64(parts[4].dropFirst().dropLast()),
            let byteCount = Int(parts[6].dropFirst().dropLast()),
            let hash = Hexadecimal.bytes(Array(parts[9].utf8)),
            hash.count == ChainLink.digestByteCount
        else { return nil }
        let head = AuditHead(sequence: sequence, byteCount: byteCount, hash: hash)
        guard let code = Hexadecimal.bytes(bytes.dropLast(3).suffix(64)), code.count == 32 else {
            return nil
        }
        let expected =
            head.signedPart + Array(#","mac":""#.utf8) + Array(Hexadecimal.text(code).utf8)
            + Array("\"}\n".utf8)
        return bytes == expected ? (head, code) : nil
    }

    /// Whether the code is one that `key` made.
    func isSigned(code: [UInt8], by key: AuditKey) throws(AuditError) -> Bool {
        ConstantTime.equal(try key.code(of: signedPart), code)
    }
}
