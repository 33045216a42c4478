/// How a `pkcs11` stanza's secret is wrapped: its first byte (container-v1, 6.3).
enum WrapMechanism: UInt8, CaseIterable {
    case paddedKeyWrap = 1
    case keyWrap = 2
    case gcm = 3
    case oaepSHA256 = 4
    case oaepSHA1 = 5
}
