internal import KMSDomain
internal import Synchronization

/// Which databases this process has open through SQLite, by device and inode.
///
/// POSIX drops all of a process's locks on a file when any descriptor of that file is closed
/// (fcntl(2); sqlite.org/howtocorrupt.html, 2.2). So the header of a database is read from the file
/// itself only while no connection of this process is open on it.
enum OpenDatabases {
    struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private static let counts: Mutex<[Identity: Int]> = Mutex([:])

    /// Counts one more connection. Before that, and if it is the first, runs `readHeader` while
    /// nobody here can open the same file.
    static func enter(
        _ identity: Identity, readHeader: () throws(KeyStoreError) -> Void
    ) throws(KeyStoreError) {
        try counts.withLock { counts throws(KeyStoreError) in
            if counts[identity] == nil { try readHeader() }
            counts[identity, default: 0] += 1
        }
    }

    static func leave(_ identity: Identity) {
        counts.withLock { counts in
            let rest = (counts[identity] ?? 1) - 1
            counts[identity] = rest > 0 ? rest : nil
        }
    }
}
