internal import KMSDomain

/// The clear header of a ciphertext blob, version 1 (Formats/ciphertext-blob-v1.md).
///
///      0   4   magic  "COFB"
///      4   1   version = 1
///      5   1   flags   bit 0: multi-Region key id; bit 1: of an external key; others 0
///      6   2   zero
///      8  16   key id
///     24  16   key version id
///     40  32   salt, fresh for each blob
///     72   …   AES-256-GCM ciphertext ‖ tag (16), or what ``ExternalBlob`` says
struct CiphertextBlob: Equatable, Sendable {
    static let headerByteCount = 72
    static let tagByteCount = 16
    static let saltByteCount = 32

    private static let magicAndVersion: [UInt8] = Array("COFB".utf8) + [1]
    private static let multiRegionFlag: UInt8 = 1
    private static let externalFlag: UInt8 = 2

    let keyName: KeyName
    let versionID: VersionID
    let isExternal: Bool
    /// The 72 bytes as they were read or will be written.
    let header: [UInt8]

    init(keyName: KeyName, versionID: VersionID, salt: [UInt8], isExternal: Bool = false) {
        precondition(salt.count == Self.saltByteCount, "ciphertext blob: salt length")
        self.keyName = keyName
        self.versionID = versionID
        self.isExternal = isExternal
        var header: [UInt8] = []
        header.reserveCapacity(Self.headerByteCount)
        header += Self.magicAndVersion
        let flags: UInt8 =
            (keyName.isMultiRegion ? Self.multiRegionFlag : 0)
            | (isExternal ? Self.externalFlag : 0)
        header += [flags, 0, 0]
        header += keyName.id.bytes
        header += versionID.bytes
        header += salt
        self.header = header
    }

    /// Nothing unless `blob` begins as one of this version, without unknown flags, and is long enough to
    /// hold a tag.
    init?(parsing blob: [UInt8]) {
        guard blob.count >= Self.headerByteCount + Self.tagByteCount,
            blob.starts(with: Self.magicAndVersion),
            [0, Self.multiRegionFlag, Self.externalFlag].contains(blob[5]), blob[6] == 0,
            blob[7] == 0,
            let keyID = KeyID(bytes: blob[8..<24]), let versionID = VersionID(bytes: blob[24..<40])
        else { return nil }
        keyName = KeyName(keyID, isMultiRegion: blob[5] == Self.multiRegionFlag)
        self.versionID = versionID
        isExternal = blob[5] == Self.externalFlag
        header = Array(blob[..<Self.headerByteCount])
    }
}
