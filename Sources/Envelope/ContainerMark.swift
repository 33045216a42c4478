internal import ContainerFormat
package import FileIO

/// Which files of a tree are containers.
package enum ContainerMark {
    package static let suffix = ".coffer"
    private static let byteCount = Armor.beginLine.count + Armor.byteOrderMark.count

    /// Whether a file found in a tree is a container: by its name, or by how it begins.
    ///
    /// One that only its name promises is said to be one, so that somebody hears of the damage.
    package static func isContainer(_ path: FilePath) throws(FileError) -> Bool {
        guard !isByproduct(path) else { return false }
        if isPromised(path) { return true }
        guard let head = try FileHead.read(path, byteCount: byteCount) else { return false }
        return begins(head.bytes)
    }

    static func begins(_ bytes: [UInt8]) -> Bool {
        let mark = Armor.byteOrderMark
        return bytes.starts(with: UnverifiedHeader.magic)
            || bytes.starts(with: Armor.beginLine)
            || bytes.starts(with: mark) && bytes.dropFirst(mark.count).starts(with: Armor.beginLine)
    }

    package static func isPromised(_ path: FilePath) -> Bool {
        path.removing(suffix: suffix) != nil
    }

    /// What this program itself leaves beside a container for a while: a saved header, an output that
    /// is not whole.
    package static func isByproduct(_ path: FilePath) -> Bool {
        path.removing(suffix: HeaderUpdate.savedHeaderSuffix) != nil
            || path.lastComponent.bytes.first == UInt8(ascii: ".")
                && path.removing(suffix: temporarySuffix) != nil
    }

    private static let temporarySuffix = ".coffer-tmp"
}
