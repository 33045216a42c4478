internal import AuditLog
package import KMSDomain
internal import KMSService
internal import KMSStore
internal import OpenSSLCrypto
package import SecretMemory

/// Backup and restore. The bytes contain the root key in the clear, unless a token holds the root; who
/// calls this seals them into a container as they come and writes them nowhere else.
extension EmbeddedKeyService {
    private static let lastBackupSetting = "last-backup"
    /// Whether the root key was sealed when the backup was made, 1 byte: a restore keeps it so.
    private static let rootSealedSetting = "root-sealed"
    private static let emittedByteCount = 64 * 1024

    /// Hands `emit` a consistent copy of the keystore, piece by piece, while it is in use.
    ///
    /// The errors of `emit` pass through. Call ``recordBackup()`` when the sealed copy is safe.
    package func exportBackup(_ emit: (RawSpan) throws -> Void) throws {
        try record("ExportBackup")
        let keeping = try Self.rootKeeping(in: directory)
        try boundStore.write { store in
            try store.set([keeping == .file ? 0 : 1], forSetting: Self.rootSealedSetting)
        }
        let file = try Self.rootTokenFile(in: directory)
        let database = try store.snapshot()
        // Nobody has moved it to another root meanwhile.
        try boundStore.read { _ in }
        let hash = try SHA256()
        switch root {
        case .software(let root):
            unsafe try Self.send(BackupStream.header(.rootKey).span.bytes, hash, emit)
            try root.withDangerousKeyBytes { key in try Self.send(key, hash, emit) }
        case .token:
            guard let file else { throw EmbeddedKeyServiceError.store(.rootMoved) }
            unsafe try Self.send(BackupStream.header(.rootFile).span.bytes, hash, emit)
            unsafe try Self.send(
                (BackupStream.bigEndian(file.count) + file).span.bytes, hash, emit)
        }
        unsafe try Self.send(BackupStream.bigEndian(database.count).span.bytes, hash, emit)
        let bytes = unsafe database.span.bytes
        for start in stride(from: 0, to: bytes.byteCount, by: Self.emittedByteCount) {
            let end = min(start + Self.emittedByteCount, bytes.byteCount)
            try Self.send(bytes.extracting(start..<end), hash, emit)
        }
        let digest = try hash.finalize()
        unsafe try emit(digest.span.bytes)
    }

    /// Nothing where no token has to do with the root.
    private static func rootTokenFile(
        in directory: [UInt8]
    ) throws(EmbeddedKeyServiceError) -> [UInt8]? {
        let place = try KeystoreDirectory(opening: directory)
        guard case .token(let file) = try RootKeyFile.read(from: place) else { return nil }
        return file.bytes
    }

    private static func send(
        _ bytes: RawSpan, _ hash: borrowing SHA256, _ emit: (RawSpan) throws -> Void
    ) throws {
        try hash.update(bytes)
        try emit(bytes)
    }

    /// Notes that a backup is complete, so that nobody is warned any more that there is none.
    package func recordBackup() throws(EmbeddedKeyServiceError) {
        do {
            let now = UInt64(bitPattern: clock.now().millisecondsSince1970)
            try store.write { store in
                try store.set(
                    BackupStream.bigEndian(Int(truncatingIfNeeded: now)),
                    forSetting: Self.lastBackupSetting)
            }
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }

    package func backupState() throws(EmbeddedKeyServiceError) -> BackupState {
        do {
            return try store.read { store in
                guard let bytes = try store.setting(Self.lastBackupSetting) else { return .none }
                let made = Timestamp(
                    millisecondsSince1970: Int64(bitPattern: BackupStream.number(bytes)))
                guard let newest = try store.newestVersionDate(), newest > made else {
                    return .made(made)
                }
                return .outdated(made)
            }
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }

    /// Makes a keystore of a backup and opens it. There must be none in `directory`, unless
    /// `replacing`: then the old one is kept in a directory beside the new one's files.
    ///
    /// The keystore is there only when all of it has been read and found whole. It begins an audit
    /// log of its own. The errors of `read` pass through.
    ///
    /// - Parameters:
    ///   - rootPassphrase: seals the root key. Where a token holds the root it stays so.
    ///   - token: asked only if a token holds the root.
    ///   - ifSealed: asked for that passphrase when none was given and the backup is of a keystore
    ///     with a sealed root key; nothing leaves it unsealed. What it throws passes through.
    ///   - read: fills what it can of the span and returns how many bytes; 0 at the end.
    package static func importBackup(
        to directory: [UInt8], replacing: Bool, rootPassphrase: borrowing SecretBytes?,
        token: RootTokenSource = noToken,
        ifSealed: () throws -> SecretBytes?, clock: any WallClock = SystemClock(),
        _ read: (inout MutableRawSpan) throws -> Int
    ) throws -> EmbeddedKeyService {
        try KeystoreDirectory.make(directory)
        let place = try KeystoreDirectory(opening: directory)
        try place.lock()
        if try place.contains(KeystoreAssembly.readyMark) {
            try KeystoreAssembly.complete(place)
        }
        if !replacing {
            for name in KeystoreAssembly.parts where try place.contains(name) {
                throw EmbeddedKeyServiceError.alreadyExists
            }
        }
        try KeystoreAssembly.clear(place)
        do {
            let root = try assemble(place, rootPassphrase, token, ifSealed, clock, read)
            try KeystoreAssembly.commit(place)
            place.unlock()
            return try reopen(place, root, clock)
        } catch {
            // What was read so far is of no use. If a ready mark is there, it is all of it.
            if try !place.contains(KeystoreAssembly.readyMark) {
                try KeystoreAssembly.clear(place)
            }
            throw (error as? BackupReader.ReadFailure)?.cause ?? error
        }
    }

    private static func assemble(
        _ place: borrowing KeystoreDirectory, _ passphrase: borrowing SecretBytes?,
        _ token: RootTokenSource, _ ifSealed: () throws -> SecretBytes?, _ clock: any WallClock,
        _ read: BackupReader.Source
    ) throws -> KeystoreRoot {
        let reader = try BackupReader()
        let begin = try BackupStream.check(
            header: reader.bytes(BackupStream.headerByteCount, from: read))
        var file: RootTokenFile?
        var key: SoftwareRootOfTrust?
        switch begin {
        case .rootKey:
            key = SoftwareRootOfTrust(
                key: try reader.secret(BackupStream.rootByteCount, from: read))
        case .rootFile: file = try rootTokenFile(reader, read)
        }
        let byteCount = BackupStream.number(
            try reader.bytes(BackupStream.lengthByteCount, from: read))
        guard byteCount <= BackupStream.maximumDatabaseByteCount else {
            throw EmbeddedKeyServiceError.backupDamaged
        }
        let database = KeystoreAssembly.unfinished("keys.sqlite")
        var failure: (any Error)?
        try place.write(database) { file throws(EmbeddedKeyServiceError) in
            do {
                var rest = Int(byteCount)
                while rest > 0 {
                    let bytes = try reader.bytes(min(rest, emittedByteCount), from: read)
                    unsafe try DescriptorIO.write(bytes.span.bytes, to: file, file: database)
                    rest -= bytes.count
                }
            } catch {
                // Told as it is once the file is closed.
                failure = error
            }
        }
        if let failure { throw failure }
        try reader.finish(from: read)
        let store = try SQLiteKeyStore.open(at: place.path(of: database))
        try store.checkIntegrity()
        let root: KeystoreRoot
        if let file {
            switch passphrase {
            case .some: throw EmbeddedKeyServiceError.rootStaysOnToken(uri: file.name.uri)
            case .none: break
            }
            root = try .open(.token(file), passphrase: { nil }, token: token)
            try KeystoreIdentity.require(root, in: store)
            try RootKeyFile.write(
                file, to: place, name: KeystoreAssembly.unfinished(RootKeyFile.name))
        } else if let key {
            root = .software(key)
            try KeystoreIdentity.require(root, in: store)
            try writeRoot(key, passphrase, ifSealed, place, store)
        } else {
            preconditionFailure("backup: a root key has another length")
        }
        let audit = KeystoreAssembly.unfinished("audit")
        try place.makeDirectory(audit)
        let made = try EmbeddedKeyService(
            directory: place.path, root: root,
            check: KeystoreIdentity.require(root, in: store), store: store,
            auditDirectory: place.path(of: audit), auditIsExpected: false, clock: clock)
        try made.record("ImportBackup")
        try made.recordBackup()
        try made.audit.flush()
        try store.close()
        return root
    }

    private static func rootTokenFile(
        _ reader: borrowing BackupReader, _ read: BackupReader.Source
    ) throws -> RootTokenFile {
        let count = BackupStream.number(
            try reader.bytes(BackupStream.lengthByteCount, from: read))
        guard count <= RootTokenFile.maximumByteCount,
            let file = RootTokenFile(try reader.bytes(Int(count), from: read)),
            file.name.isIsolated
        else { throw EmbeddedKeyServiceError.backupDamaged }
        return file
    }

    private static func writeRoot(
        _ root: SoftwareRootOfTrust, _ passphrase: borrowing SecretBytes?,
        _ ifSealed: () throws -> SecretBytes?, _ place: borrowing KeystoreDirectory,
        _ store: SQLiteKeyStore
    ) throws {
        let name = KeystoreAssembly.unfinished(RootKeyFile.name)
        switch passphrase {
        case .some: try RootKeyFile.write(root, passphrase: passphrase, to: place, name: name)
        case .none:
            let wasSealed = try store.read { store in
                try store.setting(rootSealedSetting) == [1]
            }
            try RootKeyFile.write(
                root, passphrase: wasSealed ? try ifSealed() : nil, to: place, name: name)
        }
    }

    /// A record of an act on the keystore as a whole, which AWS has no operation for.
    private func record(_ name: String) throws(AuditError) {
        try audit.append(event(name, isReadOnly: true), durably: true)
    }

    func event(_ name: String, isReadOnly: Bool) -> AuditEvent {
        guard
            let id = RandomID(
                uuidFromRandomBytes: SystemRandom.bytes(count: RandomID.byteCount))
        else { preconditionFailure("keystore: 16 random bytes are no id") }
        return AuditEvent(
            name: name, time: clock.now(), requestID: id, caller: caller, isReadOnly: isReadOnly)
    }
}
