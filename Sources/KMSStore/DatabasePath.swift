internal import Glibc
internal import KMSDomain

/// A path of any bytes as GRDB, which takes a `String`, can open it.
///
/// A name that is not UTF-8 would be changed on the way, so its directory is opened first and the
/// database is reached through /proc/self/fd; SQLite resolves that link to the true bytes.
struct DatabasePath: ~Copyable {
    let text: String
    private let directory: Int32?

    init(_ path: [UInt8]) throws(KeyStoreError) {
        if let text = String(validating: path, as: UTF8.self) {
            self.text = text
            directory = nil
            return
        }
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let parent = slash.map { $0 == 0 ? [UInt8(ascii: "/")] : Array(path[..<$0]) }
        let name = slash.map { Array(path[($0 + 1)...]) } ?? path
        guard let nameText = String(validating: name, as: UTF8.self) else {
            throw .cannotAccess(operation: "open", errno: EILSEQ)
        }
        let descriptor = unsafe open(
            StoreFile.cString(parent ?? [UInt8(ascii: ".")]), O_DIRECTORY | O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .cannotAccess(operation: "open", errno: errno) }
        text = "/proc/self/fd/\(descriptor)/\(nameText)"
        directory = descriptor
    }

    deinit { if let directory { close(directory) } }
}
