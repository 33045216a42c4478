/// `vault:vN:BASE64`: what Transit makes of a key.
package struct TransitCiphertext: Equatable, Sendable {
    /// More than a wrapped key of 32 bytes can need.
    private static let lengthLimit = 1024

    package let text: String
    /// Of the key, from 1.
    package let keyVersion: Int

    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= Self.lengthLimit, bytes.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "vault", parts[1].first == "v", !parts[2].isEmpty,
            let version = Int(parts[1].dropFirst()), version > 0,
            parts[1] == "v\(version)", parts[2].utf8.allSatisfy(Self.isBase64)
        else { return nil }
        self.text = text
        keyVersion = version
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
            UInt8(ascii: "="):
            true
        default: false
        }
    }
}
