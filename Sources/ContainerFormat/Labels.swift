/// Every label under which a key is derived or a secret wrapped, in one place: no two are equal and
/// none is the beginning of another, since each ends in a zero byte.
package enum Label {
    package static let commitment = bytes("coffer/v1 commit")
    package static let headerKey = bytes("coffer/v1 header")
    package static let payloadKey = bytes("coffer/v1 payload")
    package static let wrap = bytes("coffer/v1 wrap")
    package static let keyFileSeal = bytes("coffer/v1 keyfile")
    package static let passphraseSeal = bytes("coffer/v1 passphrase")
    /// Of HPKE's `info`.
    package static let recovery = bytes("coffer/v1 mlkem768x25519")
    package static let batch = bytes("coffer/v1 batch")
    package static let share = bytes("coffer/v1 share")
    /// Without the zero byte: the whole message that names a key file.
    package static let keyFileName = Array("coffer/v1 keyid".utf8)

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
}
