internal import KMSDomain
internal import Synchronization

/// Which databases this process has open through SQLite, by device and inode.
///
/// POSIX drops all of a process's locks on a file when any descriptor of that file is closed
/// (fcntl(2); sqlite.org/howtocorrupt.html, 2.2). So the header of a database is read from the file
/// itself only while no connection of this process is open on it.
enum OpenDatabases {
    struct Identity: Equatable {
        let device: UInt64
        let inode: UInt64
    }

    /// One entry for each connection.
    private static let open: Mutex<[Identity]> = Mutex([])

    /// Notes one more connection. Before that, and if it is the first, runs `readHeader` while
    /// nobody here can open the same file.
    static func enter(
        _ identity: Identity, readHeader: () throws(KeyStoreError) -> Void
    ) throws(KeyStoreError) {
        try open.withLock { open throws(KeyStoreError) in
            if !open.contains(identity) { try readHeader() }
            open.append(identity)
        }
    }

    static func leave(_ identity: Identity) {
        open.withLock { open in
            if let place = open.firstIndex(of: identity) { open.remove(at: place) }
        }
    }
}
