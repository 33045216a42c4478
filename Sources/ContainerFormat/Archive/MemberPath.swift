/// What the name of a member may be. Specification: archive-v1, 4.
package enum MemberPath {
    package static let here = Array(".".utf8)
    private static let parent = Array("..".utf8)
    private static let slash = UInt8(ascii: "/")

    /// Whether a path stays below the folder that it is restored in: relative, without empty parts,
    /// `.`, `..` and NUL; or `.` alone, which is that folder.
    package static func isContained(_ path: some Collection<UInt8>) -> Bool {
        if path.elementsEqual(here) { return true }
        guard !path.isEmpty, path.count <= UInt16.max, !path.contains(0) else { return false }
        return path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(here) && !$0.elementsEqual(parent)
        }
    }

    /// Whether a terminal or a script could take part of the name for something else.
    package static func hasControlBytes(_ path: some Collection<UInt8>) -> Bool {
        path.contains { $0 < 0x20 || $0 == 0x7F }
    }

    /// What the last part lies in; nil for a name without a slash.
    package static func directory(of path: [UInt8]) -> ArraySlice<UInt8>? {
        path.lastIndex(of: slash).map { path[..<$0] }
    }

    /// Whether `path` is `folder` or something below it.
    package static func isOrIsBelow(_ path: [UInt8], _ folder: [UInt8]) -> Bool {
        folder == here
            || path.starts(with: folder)
                && (path.count == folder.count || path[folder.count] == slash)
    }

    /// Without its first `count` parts; nil where nothing is left.
    package static func stripping(_ count: Int, of path: [UInt8]) -> [UInt8]? {
        var rest = path[...]
        for _ in 0..<count {
            guard let slash = rest.firstIndex(of: slash) else { return nil }
            rest = rest[(slash + 1)...]
        }
        return Array(rest)
    }
}
