import Foundation
import GRDB
import KMSDomain
import KMSTestSupport
import Testing

@testable import KMSStore

/// A keystore as the first released version left it.
@Suite struct Version1Tests {
    private let directory = TemporaryDirectory()

    private var path: [UInt8] { directory.path(of: "keys.sqlite") }

    /// Two keys, one of them waiting for its end, with versions and aliases.
    private func makeVersion1() throws {
        let file = directory.text + "/keys.sqlite"
        #expect(
            FileManager.default.createFile(
                atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]))
        let queue = try DatabaseQueue(path: file)
        try queue.inDatabase { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            try Schema.current.migrations[0](database)
            try database.execute(
                sql: """
                    PRAGMA user_version = 1;
                    INSERT INTO keys VALUES (x'00000000000000000000000000000001',
                        'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', x'61', 1000, 'Enabled', NULL, NULL,
                        x'00000000000000000000000000000011', 90, 5000, 3);
                    INSERT INTO keys VALUES (x'00000000000000000000000000000002', 'SYMMETRIC_DEFAULT',
                        'ENCRYPT_DECRYPT', x'62', 2000, 'PendingDeletion', 9000, 7,
                        x'00000000000000000000000000000012', NULL, NULL, 0);
                    INSERT INTO versions VALUES (5, x'00000000000000000000000000000011', x'00000000000000000000000000000001',
                        1000, 'CREATION', x'AA');
                    INSERT INTO versions VALUES (7, x'00000000000000000000000000000010', x'00000000000000000000000000000001',
                        1500, 'ON_DEMAND', x'BB');
                    INSERT INTO versions VALUES (6, x'00000000000000000000000000000012', x'00000000000000000000000000000002',
                        2000, 'CREATION', x'CC');
                    INSERT INTO aliases VALUES ('alias/one', x'00000000000000000000000000000001', 1100, 1200);
                    INSERT INTO aliases VALUES ('alias/two', x'00000000000000000000000000000002', 2100, 2200);
                    INSERT INTO settings VALUES ('keystore-id', x'DD');
                    """)
        }
        try queue.close()
    }

    private static func id(_ byte: UInt8) throws -> RandomID {
        try #require(RandomID(bytes: [UInt8](repeating: 0, count: 15) + [byte]))
    }

    @Test("Everything in it is there after its migration, of coffer's own account and region")
    func everything() throws {
        try makeVersion1()
        let store = try SQLiteKeyStore.open(at: path)
        try store.checkIntegrity()
        let (one, two) = (try Self.id(1), try Self.id(2))
        try store.read { store throws in
            #expect(
                try store.key(named: KeyName(one), in: Realm.local.region)
                    == Key(
                        id: one, name: KeyName(one), home: .local, spec: .symmetricDefault,
                        usage: .encryptDecrypt, description: "a",
                        creationDate: Timestamp(millisecondsSince1970: 1000), status: .enabled,
                        currentVersion: Self.id(0x11),
                        rotation: RotationSchedule(
                            periodInDays: 90, nextDate: Timestamp(millisecondsSince1970: 5000)),
                        onDemandRotationCount: 3))
            #expect(
                try store.key(two)?.status
                    == .pendingDeletion(
                        date: Timestamp(millisecondsSince1970: 9000), windowInDays: 7))
            #expect(try store.keys(in: .local, after: nil, limit: 9).map(\.id) == [one, two])
            #expect(
                try store.versions(of: one).map(\.sealedMaterial) == [[0xAA], [0xBB]])
            #expect(try store.versions(of: two).map(\.keyID) == [two])
            #expect(
                try store.alias(named: "alias/two", in: .local)
                    == Alias(
                        name: "alias/two", home: .local, keyID: two,
                        creationDate: Timestamp(millisecondsSince1970: 2100),
                        lastUpdateDate: Timestamp(millisecondsSince1970: 2200)))
            #expect(try store.setting("keystore-id") == [0xDD])
            #expect(try store.nextDueDate() == Timestamp(millisecondsSince1970: 5000))
            #expect(
                try store.keysDue(at: Timestamp(millisecondsSince1970: 9000)).map(\.id)
                    == [one, two])
        }
        // References hold as before.
        try store.write { try $0.destroy(one) }
        try store.read { store throws in
            #expect(try store.alias(named: "alias/one", in: .local) == nil)
            #expect(try store.versions(of: one).isEmpty)
            #expect(try store.versions(of: two).count == 1)
        }
        try store.checkIntegrity()
    }
}
