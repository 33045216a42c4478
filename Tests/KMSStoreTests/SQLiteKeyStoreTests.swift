import Foundation
import GRDB
import KMSDomain
import KMSTestSupport
import Testing

@testable import KMSStore

/// What only a file can suffer.
@Suite struct SQLiteKeyStoreTests {
    private let directory = TemporaryDirectory()
    private var path: [UInt8] { directory.path(of: "keys.sqlite") }
    private var file: String { directory.text + "/keys.sqlite" }

    /// A closed store with one key.
    private func made() throws {
        let store = try SQLiteKeyStore.create(at: path)
        try store.write { try $0.insert(KeyStoreTests.key(1)) }
        try store.close()
    }

    private func content() throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: file))
    }

    @Test("Two that have one store open see each other's changes")
    func twoOpen() throws {
        let first = try SQLiteKeyStore.create(at: path)
        let second = try SQLiteKeyStore.open(at: path)
        let before = try second.changeCount()
        try first.write { try $0.insert(KeyStoreTests.key(1)) }
        #expect(try second.changeCount() != before)
        #expect(try second.read { try $0.keyCount(in: .local) } == 1)
        try second.write { try $0.insert(KeyStoreTests.key(2)) }
        #expect(try first.read { try $0.keyCount(in: .local) } == 2)
    }

    @Test("A text with a NUL is neither stored nor looked for as what is before it")
    func textWithNUL() throws {
        let store = try SQLiteKeyStore.create(at: path)
        func keyStore(_ id: String, _ name: String) -> CustomKeyStore {
            CustomKeyStore(
                id: id, home: .local, name: name,
                place: .cluster(id: "cluster-12345678901", trustAnchor: "x"),
                sealedSecret: [1], connection: .disconnected, creationDate: TurnedClock.start)
        }
        try store.write { try $0.insert(keyStore("cks-1", "name")) }
        for (id, name) in [("cks-2", "name\u{0}2"), ("cks-2\u{0}", "name 2"), ("\u{0}", "name 2")] {
            #expect(throws: KeyStoreError.textWithNUL) {
                try store.write { try $0.insert(keyStore(id, name)) }
            }
        }
        #expect(throws: KeyStoreError.textWithNUL) {
            try store.write { try $0.deleteCustomKeyStore("cks-1\u{0}") }
        }
        #expect(try store.read { try $0.customKeyStore("cks-1") } != nil)
        #expect(try store.read { try $0.customKeyStore("cks-1\u{0}") } == nil)
        #expect(try store.read { try $0.customKeyStores(in: .local).map(\.name) } == ["name"])
    }

    @Test("Many that write one store at once wait for each other and lose nothing")
    func manyWriters() async throws {
        let path = path
        _ = try SQLiteKeyStore.create(at: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in UInt8(0)..<4 {
                group.addTask {
                    let store = try SQLiteKeyStore.open(at: path)
                    for round in UInt8(0)..<20 {
                        try store.write { store throws in
                            try store.insert(KeyStoreTests.key(worker * 20 + round))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try SQLiteKeyStore.open(at: path).read { try $0.keyCount(in: .local) } == 80)
    }

    @Test(
        "Each result of SQLite has its error",
        arguments: [
            (ResultCode.SQLITE_FULL, KeyStoreError.noSpace), (.SQLITE_READONLY, .readOnly),
            (.SQLITE_CANTOPEN, .cannotOpen), (.SQLITE_IOERR, .inputOutput(code: 10)),
            (ResultCode(rawValue: 4874), .inputOutput(code: 4874)),
            (ResultCode(rawValue: 1544), .readOnly),
            (.SQLITE_BUSY, .locked), (.SQLITE_LOCKED, .locked),
            (.SQLITE_CORRUPT, .damaged(detail: "m")), (.SQLITE_NOTADB, .damaged(detail: "m")),
            (.SQLITE_ABORT, .failed(code: 4, detail: "m")),
        ])
    func translation(code: ResultCode, expected: KeyStoreError) {
        #expect(KeyStoreError(DatabaseError(resultCode: code, message: "m")) == expected)
    }

    @Test("A failed call of the operating system is told as such, not as SQLite's")
    func systemCalls() throws {
        let long = directory.path(of: String(repeating: "x", count: 300))
        let tooLong = KeyStoreError.cannotAccess(operation: "open", errno: ENAMETOOLONG)
        #expect(throws: tooLong) { _ = try SQLiteKeyStore.create(at: long) }
    }

    @Test("A failure that nothing on the disk explains stays as SQLite told it")
    func unexplained() throws {
        try made()
        for error in [KeyStoreError.readOnly, .cannotOpen, .inputOutput(code: 10), .locked] {
            #expect(error.located(at: path) == error)
        }
    }

    @Test("A store that another holds locked is reported as locked")
    func locked() throws {
        try made()
        let store = try SQLiteKeyStore.open(
            at: path, schema: .current, busyTimeoutInSeconds: 0.05)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let holder = try DatabaseQueue(path: file, configuration: configuration)
        try holder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(throws: KeyStoreError.locked) {
            try store.write { try $0.insert(KeyStoreTests.key(2)) }
        }
        try holder.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try store.write { try $0.insert(KeyStoreTests.key(2)) }
    }

    @Test("Files are made for their owner alone, side files too")
    func modes() throws {
        let store = try SQLiteKeyStore.create(at: path)
        try store.write { try $0.insert(KeyStoreTests.key(1)) }
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
    }

    @Test("A file that others can read or change is refused", arguments: [0o640, 0o604, 0o620])
    func looseMode(mode: Int) throws {
        try made()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        #expect(throws: KeyStoreError.looserPermissions(mode: UInt32(mode))) {
            try SQLiteKeyStore.open(at: path)
        }
    }

    @Test("A loose side file, a link and a directory in the file's place are refused")
    func notAFile() throws {
        try made()
        let wal = file + "-wal"
        #expect(
            FileManager.default.createFile(
                atPath: wal, contents: nil, attributes: [.posixPermissions: 0o644]))
        #expect(throws: KeyStoreError.looserPermissions(mode: 0o644)) {
            try SQLiteKeyStore.open(at: path)
        }
        try FileManager.default.removeItem(atPath: wal)
        let moved = directory.text + "/moved"
        try FileManager.default.moveItem(atPath: file, toPath: moved)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: moved)
        #expect(throws: KeyStoreError.notAFile) { try SQLiteKeyStore.open(at: path) }
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(
            atPath: file, withIntermediateDirectories: false)
        #expect(throws: KeyStoreError.notAFile) { try SQLiteKeyStore.open(at: path) }
        #expect(throws: KeyStoreError.missing) {
            try SQLiteKeyStore.open(at: directory.path(of: "none"))
        }
    }

    @Test("A newer schema is refused and not a byte of it changes")
    func newer() throws {
        try made()
        let queue = try DatabaseQueue(path: file)
        try queue.inDatabase { try $0.execute(sql: "PRAGMA user_version = 3") }
        try queue.close()
        let before = try content()
        #expect(throws: KeyStoreError.newerSchema(found: 3, supported: 2)) {
            try SQLiteKeyStore.open(at: path)
        }
        #expect(try content() == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.text).count == 1)
    }

    @Test("A newer schema that is still in the log alone is refused too")
    func newerInLog() throws {
        try made()
        let queue = try DatabaseQueue(path: file)
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 3")
        }
        #expect(throws: KeyStoreError.newerSchema(found: 3, supported: 2)) {
            try SQLiteKeyStore.open(at: path)
        }
    }

    @Test("A migration keeps a copy of what was there, and runs once")
    func migration() throws {
        try made()
        let next = Schema(
            migrations: Schema.current.migrations + [
                { try $0.execute(sql: "ALTER TABLE keys ADD COLUMN colour TEXT") }
            ])
        for _ in 0..<2 {
            let store = try SQLiteKeyStore.open(at: path, schema: next)
            #expect(try store.read { try $0.keyCount(in: .local) } == 1)
            try store.close()
        }
        #expect(throws: KeyStoreError.newerSchema(found: 3, supported: 2)) {
            try SQLiteKeyStore.open(at: path)
        }
        let copy = try SQLiteKeyStore.open(at: path + Array(".v2".utf8))
        #expect(try copy.read { try $0.keyCount(in: .local) } == 1)
        #expect(try copy.read { try $0.key(KeyStoreTests.id(1)) } == KeyStoreTests.key(1))
    }

    @Test("A copy of the first schema is read where nothing is written, and takes no change")
    func oldCopy() throws {
        let kept = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Keystores/v1/keys.sqlite").standardizedFileURL
        try FileManager.default.copyItem(atPath: kept.path, toPath: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let before = try content()
        let store = try SQLiteKeyStore.openCopy(of: path)
        try store.read { store throws in
            let key = try #require(try store.keys(after: nil, limit: 9).first)
            #expect(try store.versions(of: key.id).count == 2)
            #expect(try store.aliases(in: .local, after: nil, limit: 9).count == 1)
        }
        #expect(throws: KeyStoreError.self) {
            try store.write { try $0.set([1], forSetting: "x") }
        }
        #expect(try content() == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.text).count == 1)
    }

    @Test("A migration that fails leaves the old schema and its content")
    func failedMigration() throws {
        try made()
        let broken = Schema(
            migrations: Schema.current.migrations + [
                { try $0.execute(sql: "DELETE FROM keys; SELECT no_such_function()") }
            ])
        #expect(throws: KeyStoreError.self) {
            try SQLiteKeyStore.open(at: path, schema: broken)
        }
        #expect(try SQLiteKeyStore.open(at: path).read { try $0.keyCount(in: .local) } == 1)
    }

    @Test(
        "A damaged file is reported as damaged, and the program goes on",
        arguments: [0, 18, 60, 4096, 8192, 12288])
    func damaged(offset: Int) throws {
        try made()
        var bytes = try content()
        for index in offset..<min(offset + 4096, bytes.count) {
            bytes[index] = 0xAA
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.write(contentsOf: bytes)
        try handle.close()
        do throws(KeyStoreError) {
            try SQLiteKeyStore.open(at: path).checkIntegrity()
            Issue.record("damage at \(offset) was not found")
        } catch {
            switch error {
            case .damaged, .newerSchema, .failed: break
            default: Issue.record("\(error)")
            }
        }
    }

    @Test("A file cut short is reported as damaged", arguments: [0, 50, 100, 4096, 5000])
    func cut(byteCount: Int) throws {
        try made()
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.truncate(atOffset: UInt64(byteCount))
        try handle.close()
        #expect(throws: KeyStoreError.self) {
            try SQLiteKeyStore.open(at: path).checkIntegrity()
        }
    }

    @Test("A value that no version of ours wrote is damage and no crash")
    func foreignValue() throws {
        try made()
        let queue = try DatabaseQueue(path: file)
        try queue.inDatabase { try $0.execute(sql: "UPDATE keys SET spec = 'ENIGMA'") }
        try queue.close()
        let store = try SQLiteKeyStore.open(at: path)
        #expect(throws: KeyStoreError.damaged(detail: "unknown word")) {
            try store.read { try $0.key(KeyStoreTests.id(1)) }
        }
    }

    @Test("A snapshot taken while the store is written to is a whole store")
    func snapshot() async throws {
        let store = try SQLiteKeyStore.create(at: path)
        let copies = directory
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for byte in UInt8(1)...60 {
                    try store.write { store throws in
                        try store.insert(KeyStoreTests.key(byte))
                        try store.insert(KeyStoreTests.version(byte, of: byte))
                    }
                }
            }
            group.addTask {
                for round in 0..<10 {
                    let name = "copy-\(round)"
                    #expect(
                        FileManager.default.createFile(
                            atPath: copies.text + "/" + name,
                            contents: Data(try store.snapshot()),
                            attributes: [.posixPermissions: 0o600]))
                    let copy = try SQLiteKeyStore.open(at: copies.path(of: name))
                    try copy.checkIntegrity()
                    try copy.read { store throws in
                        let keys = try store.keys(after: nil, limit: 100)
                        for key in keys { #expect(try store.versions(of: key.id).count == 1) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("The sealed material of a destroyed key is nowhere in the files any more")
    func destroyedMaterial() throws {
        let store = try SQLiteKeyStore.create(at: path)
        let version = try KeyStoreTests.version(0xC5, of: 1)
        try store.write { store throws in
            try store.insert(KeyStoreTests.key(1))
            try store.insert(version)
        }
        #expect(filesHold(version.sealedMaterial))
        try store.write { try $0.destroy(KeyStoreTests.id(1)) }
        #expect(!filesHold(version.sealedMaterial))
    }

    @Test(
        "Imported material that is gone is nowhere in the files: alone, with its version, with its key",
        arguments: 0..<3)
    func importedMaterial(way: Int) throws {
        let store = try SQLiteKeyStore.create(at: path)
        var version = try KeyStoreTests.version(0xC5, of: 1)
        version.importation = KeyVersion.Importation(description: nil, validTo: nil)
        let material = version.sealedMaterial
        try store.write { store throws in
            try store.insert(KeyStoreTests.key(1))
            try store.insert(version, importedInto: KeyStoreTests.id(1))
        }
        #expect(filesHold(material))
        version.sealedMaterial = []
        try store.write { store throws in
            switch way {
            case 0: try store.update(version, of: KeyStoreTests.id(1))
            case 1: try store.delete(version.id)
            default: try store.destroy(KeyStoreTests.id(1))
            }
        }
        #expect(!filesHold(material))
    }

    private func filesHold(_ material: [UInt8]) -> Bool {
        ["", "-wal"].contains { suffix in
            guard let bytes = FileManager.default.contents(atPath: file + suffix) else {
                return false
            }
            return bytes.range(of: Data(material)) != nil
        }
    }

    /// What another process gets that wants to write: `free` or `locked`.
    private func otherProcess() throws -> String {
        let script = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
            try:
                connection.execute("BEGIN IMMEDIATE")
                print("free", end="")
            except sqlite3.OperationalError as error:
                print("locked" if "locked" in str(error) else error, end="")
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, file]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test(
        "Opening and closing a store again in one process drops none of its locks",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs python3"))
    func posixLocks() throws {
        let store = try SQLiteKeyStore.create(at: path)
        try store.write { writer in
            try writer.insert(KeyStoreTests.key(1))
            #expect(try otherProcess() == "locked")
            try SQLiteKeyStore.open(at: path).close()
            #expect(try otherProcess() == "locked")
        }
        #expect(try otherProcess() == "free")
    }
}
