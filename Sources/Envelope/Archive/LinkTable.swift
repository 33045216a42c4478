internal import FileIO

/// Which name of a file with several came first, as long as others are still to come.
struct LinkTable {
    private struct Names {
        let first: FilePath
        var left: UInt64
    }

    private var files: [FileIdentity: Names] = [:]

    /// The name under which the file is in the archive already; nil for a first one.
    mutating func firstName(of member: TreeMember) -> FilePath? {
        guard member.linkCount > 1 else { return nil }
        guard var names = files[member.identity] else {
            files[member.identity] = Names(first: member.path, left: member.linkCount - 1)
            return nil
        }
        names.left -= 1
        files[member.identity] = names.left == 0 ? nil : names
        return names.first
    }
}
