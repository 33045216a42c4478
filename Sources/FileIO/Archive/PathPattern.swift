internal import Glibc

/// A shell pattern that leaves members out: it fits a whole path, or any end of it that begins after
/// a slash, as with `tar --exclude`. `*` also fits slashes.
package struct PathPattern: Sendable {
    private let pattern: FilePath

    package init(_ pattern: FilePath) { self.pattern = pattern }

    package func fits(_ path: FilePath) -> Bool {
        var rest = path.bytes[...]
        while true {
            let end = FilePath(bytes: Array(rest))
            let result = unsafe pattern.withCString { pattern in
                unsafe end.withCString { unsafe fnmatch(pattern, $0, 0) }
            }
            if result == 0 { return true }
            guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return false }
            rest = rest[(slash + 1)...]
        }
    }
}
