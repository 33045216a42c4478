internal import Glibc
internal import SecretMemory

/// Puts a keystore into its directory so that it is there whole or not at all, whenever the machine
/// or the process stops.
///
/// The parts are made under the names `*.creating`. When all are on the medium, the file
/// `creating.ready` is made; from then on the keystore counts as made, and each part is renamed to
/// its name, by this process or by the next one that comes. Without that file, parts named
/// `*.creating` are what a stopped process left, and worth nothing. All under a lock on the
/// directory.
struct KeystoreAssembly: ~Copyable {
    static let parts = ["audit", RootKeyFile.name, "keys.sqlite"]
    static let readyMark = "creating.ready"

    private static let sideFiles = ["keys.sqlite-wal", "keys.sqlite-shm", RootMove.unfinished]
    private static let auditFiles = ["log.jsonl", "head", "head.new"]

    static func unfinished(_ part: String) -> String { part + ".creating" }

    /// Removes what an earlier attempt left. The caller holds the lock and has found no ready mark.
    static func clear(
        _ directory: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) {
        let database = unfinished("keys.sqlite")
        let files = [
            unfinished(readyMark), unfinished(RootKeyFile.name), database, database + "-wal",
            database + "-shm",
        ]
        for name in files { try directory.remove(name) }
        let audit = unfinished("audit")
        guard try directory.contains(audit) else { return }
        for name in auditFiles { try directory.remove(audit + "/" + name) }
        try directory.remove(audit, isDirectory: true)
    }

    /// All parts have been made under their unfinished names: makes them the keystore.
    static func commit(
        _ directory: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) {
        try directory.synchronize(unfinished("audit"))
        try directory.synchronize()
        try directory.write(unfinished(readyMark)) { file throws(EmbeddedKeyServiceError) in
            let name = "replaced-" + Hex.text(SystemRandom.bytes(count: 8))
            unsafe try DescriptorIO.write(Array(name.utf8).span.bytes, to: file, file: readyMark)
        }
        try directory.rename(unfinished(readyMark), to: readyMark)
        try directory.synchronize()
        try complete(directory)
    }

    /// Finishes what ``commit(_:)`` began, here or in a process that was stopped. The caller holds
    /// the lock.
    ///
    /// Parts of an older keystore, which a restore replaces, are kept in a directory beside them.
    static func complete(
        _ directory: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) {
        let old = try nameForReplaced(directory)
        // The old database goes with its log and its next root, or they would stand beside the new
        // one.
        for name in parts + sideFiles {
            let isReplaced = sideFiles.contains(name) ? "keys.sqlite" : name
            guard try directory.contains(unfinished(isReplaced)), try directory.contains(name)
            else { continue }
            try directory.makeDirectory(old)
            try directory.rename(name, to: freeName(for: old + "/" + name, directory))
        }
        try directory.synchronize()
        for part in parts where try directory.contains(unfinished(part)) {
            try directory.rename(unfinished(part), to: part)
        }
        try directory.synchronize()
        try directory.remove(readyMark)
        try directory.synchronize()
    }

    /// What stands in the way a second time (a directory made while the first was on its way out,
    /// by a program that waits for no lock) is kept beside the first, and replaces nothing of it.
    private static func freeName(
        for name: String, _ directory: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) -> String {
        var (free, number) = (name, 1)
        while try directory.contains(free) {
            number += 1
            free = "\(name).\(number)"
        }
        return free
    }

    private static func nameForReplaced(
        _ directory: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) -> String {
        let content = try directory.read(readyMark) {
            (file, _) throws(EmbeddedKeyServiceError) in
            var bytes = [UInt8](repeating: 0, count: 25)
            var span = bytes.mutableSpan
            var output = unsafe span.mutableBytes
            guard try DescriptorIO.read(from: file, into: &output, file: readyMark) == 25 else {
                throw .incomplete(missing: [readyMark])
            }
            return bytes
        }
        return String(decoding: content, as: UTF8.self)
    }
}
