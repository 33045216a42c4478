import KMSDomain
import KMSStore
import KMSTestSupport
import Testing

/// One suite for every store.
@Suite struct KeyStoreTests {
    enum Kind: CaseIterable, CustomTestStringConvertible {
        case memory, sqlite
        var testDescription: String { "\(self)" }
    }

    private let directory = TemporaryDirectory()
    private static let now = TurnedClock.start

    private func make(_ kind: Kind) throws -> any KeyStore {
        switch kind {
        case .memory: InMemoryKeyStore()
        case .sqlite: try SQLiteKeyStore.create(at: directory.path(of: "keys.sqlite"))
        }
    }

    static func id(_ byte: UInt8) throws -> RandomID {
        try #require(RandomID(bytes: [UInt8](repeating: byte, count: 16)))
    }

    static func key(_ byte: UInt8) throws -> Key {
        Key(
            name: KeyName(try id(byte)), home: .local, spec: .symmetricDefault,
            usage: .encryptDecrypt,
            description: "key \(byte) é\u{0}\"", creationDate: now,
            firstVersion: try id(byte + 100))
    }

    static func version(_ byte: UInt8, of key: UInt8) throws -> KeyVersion {
        KeyVersion(
            id: try id(byte), keyID: try id(key), creationDate: now.adding(seconds: Int(byte)),
            cause: .creation, sealedMaterial: [UInt8](repeating: byte, count: 80))
    }

    private static func alias(_ name: String, _ key: UInt8) throws -> Alias {
        Alias(
            name: name, home: .local, keyID: try id(key), creationDate: now, lastUpdateDate: now)
    }

    @Test("What was written is read back, in every state a key can have", arguments: Kind.allCases)
    func roundTrip(kind: Kind) throws {
        let store = try make(kind)
        var keys = try (1...4).map { try Self.key($0) }
        try keys[1].disable()
        try keys[2].scheduleDeletion(windowInDays: 7, now: Self.now)
        try keys[3].enableRotation(periodInDays: 90, now: Self.now)
        try keys[3].rotateOnDemand(to: Self.id(77))
        try store.write { store throws in
            for key in keys { try store.insert(key) }
        }
        try store.read { store throws in
            for key in keys { #expect(try store.key(key.id) == key) }
            #expect(try store.keyCount(in: .local) == 4)
            #expect(try store.key(Self.id(9)) == nil)
        }
        try keys[0].disable()
        keys[0].description = "changed"
        let changed = keys[0]
        try store.write { try $0.update(changed) }
        #expect(try store.read { try $0.key(changed.id) } == changed)
    }

    @Test(
        "A custom key store is read back in every state, and is not deleted under its keys",
        arguments: Kind.allCases)
    func customKeyStores(kind: Kind) throws {
        let store = try make(kind)
        func keyStore(_ number: Int) -> CustomKeyStore {
            CustomKeyStore(
                id: "cks-\(number)", home: .local, name: "store \(number)",
                place: .cluster(id: "cluster-\(number)", trustAnchor: "CA"), sealedSecret: [1, 2],
                creationDate: Self.now)
        }
        var all = [keyStore(2), keyStore(1)]
        try store.write { store in for made in all { try store.insert(made) } }
        #expect(try store.read { try $0.customKeyStores(in: .local) } == all.reversed())
        #expect(try store.read { try $0.customKeyStores() } == all.reversed())
        let elsewhere = Realm(accountID: "111122223333", region: "eu-west-1")
        #expect(try store.read { try $0.customKeyStores(in: elsewhere) }.isEmpty)
        try all[0].beginConnecting()
        try all[1].beginConnecting()
        all[1].endConnecting(.invalidCredentials)
        all[1].name = "renamed"
        try store.write { store in for made in all { try store.update(made) } }
        for made in all { #expect(try store.read { try $0.customKeyStore(made.id) } == made) }
        all[0].endConnecting(nil)
        let key = try Self.key(1).with(.customKeyStore(id: "cks-2"))
        try store.write { store in
            try store.update(all[0])
            try store.insert(key)
        }
        #expect(try store.read { try $0.key(key.id) } == key)
        #expect(try store.read { try $0.hasKeys(inCustomKeyStore: "cks-2") })
        #expect(try store.read { try !$0.hasKeys(inCustomKeyStore: "cks-1") })
        try store.write { store in
            try store.destroy(key.id)
            try store.deleteCustomKeyStore("cks-2")
        }
        #expect(try store.read { try $0.customKeyStores(in: .local) } == [all[1]])
    }

    @Test("Keys and aliases come in order, after a mark, up to a limit", arguments: Kind.allCases)
    func order(kind: Kind) throws {
        let store = try make(kind)
        try store.write { store throws in
            for byte in [UInt8(3), 200, 1, 128] { try store.insert(Self.key(byte % 150)) }
            for (name, key) in [("alias/b", 3), ("alias/B", 3), ("alias/a", 1)] as [(_, UInt8)] {
                try store.insert(Self.alias(name, key))
            }
        }
        try store.read { store throws in
            #expect(
                try store.keys(after: nil, limit: 9).map { $0.id.bytes[0] } == [1, 3, 50, 128])
            #expect(
                try store.keys(after: Self.id(3), limit: 1).map { $0.id.bytes[0] } == [50])
            #expect(
                try store.aliases(in: .local, after: nil, limit: 9).map(\.name)
                    == ["alias/B", "alias/a", "alias/b"])
            #expect(
                try store.aliases(of: Self.id(3), after: "alias/B", limit: 9).map(\.name)
                    == ["alias/b"])
        }
    }

    @Test("Versions come in the order they were made", arguments: Kind.allCases)
    func versions(kind: Kind) throws {
        let store = try make(kind)
        let made = try [Self.version(9, of: 1), Self.version(2, of: 1), Self.version(5, of: 1)]
        try store.write { store throws in
            try store.insert(Self.key(1))
            for version in made { try store.insert(version) }
        }
        try store.read { store throws in
            #expect(try store.versions(of: Self.id(1)) == made)
            #expect(try store.newestVersionDate() == Self.now.adding(seconds: 9))
        }
    }

    @Test(
        "Imported material is each replica's own, and goes with it or with its version",
        arguments: Kind.allCases)
    func imports(kind: Kind) throws {
        let store = try make(kind)
        let primary = Key(
            name: KeyName(try Self.id(1), isMultiRegion: true), home: .local,
            spec: .symmetricDefault, usage: .encryptDecrypt, description: "",
            creationDate: Self.now, firstVersion: try Self.id(9)
        ).with(.importation(ImportStatus(isMissing: false, nextExpiry: nil)))
        let replica = try primary.replica(
            id: Self.id(2), in: "eu-south-1", description: "", now: Self.now)
        var version = try Self.version(9, of: 1)
        version.importation = KeyVersion.Importation(description: "a é\u{0}", validTo: nil)
        var missing = version
        missing.sealedMaterial = []
        missing.importation = KeyVersion.Importation(description: nil, validTo: nil)
        var pending = try Self.version(5, of: 1)
        pending.cause = .pendingRotation
        pending.importation = KeyVersion.Importation(
            description: nil, validTo: Self.now.adding(days: 1))
        func versions() throws -> [[KeyVersion]] {
            try store.read { store in
                [try store.versions(of: primary.id), try store.versions(of: replica.id)]
            }
        }
        try store.write { store in
            try store.insert(primary)
            try store.insert(replica)
            try store.insert(version, importedInto: primary.id)
            try store.insert(pending, importedInto: primary.id)
        }
        var unimported = pending
        unimported.sealedMaterial = []
        unimported.importation?.validTo = nil
        #expect(try versions() == [[version, pending], [missing, unimported]])
        var own = version
        own.sealedMaterial = [7]
        own.importation?.validTo = Self.now.adding(days: 2)
        // What a version is, it is of all; its material is the replica's.
        pending.cause = .onDemandRotation
        unimported.cause = .onDemandRotation
        try store.write { store in
            try store.update(own, of: replica.id)
            try store.update(pending, of: primary.id)
        }
        #expect(try versions() == [[version, pending], [own, unimported]])
        try store.write { try $0.update(pending, of: replica.id) }
        try store.write { try $0.delete(pending.id) }
        #expect(try versions() == [[version], [own]])
        try store.write { try $0.destroy(primary.id) }
        #expect(try versions() == [[], [own]])
        try store.write { try $0.destroy(replica.id) }
        #expect(try versions() == [[], []])
    }

    @Test(
        "Destroying a key takes its versions and aliases and nothing else",
        arguments: Kind.allCases)
    func destroy(kind: Kind) throws {
        let store = try make(kind)
        try store.write { store throws in
            for byte in [UInt8(1), 2] {
                try store.insert(Self.key(byte))
                try store.insert(Self.version(byte, of: byte))
                try store.insert(Self.alias("alias/\(byte)", byte))
            }
        }
        try store.write { try $0.destroy(Self.id(1)) }
        try store.read { store throws in
            #expect(try store.key(Self.id(1)) == nil)
            #expect(try store.versions(of: Self.id(1)).isEmpty)
            #expect(try store.alias(named: "alias/1", in: .local) == nil)
            #expect(try store.versions(of: Self.id(2)).count == 1)
            #expect(try store.alias(named: "alias/2", in: .local) != nil)
        }
    }

    @Test("What is due is what has to be destroyed or rotated by then", arguments: Kind.allCases)
    func due(kind: Kind) throws {
        let store = try make(kind)
        #expect(try store.read { try $0.nextDueDate() } == nil)
        var keys = try (1...4).map { try Self.key($0) }
        try keys[0].scheduleDeletion(windowInDays: 30, now: Self.now)
        try keys[1].enableRotation(periodInDays: 90, now: Self.now)
        try keys[2].enableRotation(periodInDays: 90, now: Self.now.adding(days: -80))
        try keys[2].disable()
        let all = keys
        try store.write { store throws in for key in all { try store.insert(key) } }
        try store.read { store throws in
            #expect(try store.nextDueDate() == Self.now.adding(days: 30))
            #expect(try store.keysDue(at: Self.now.adding(days: 29)).isEmpty)
            #expect(try store.keysDue(at: Self.now.adding(days: 30)).map(\.id) == [Self.id(1)])
            #expect(
                try store.keysDue(at: Self.now.adding(days: 90)).map(\.id)
                    == [Self.id(1), Self.id(2)])
        }
    }

    @Test("A transaction that throws leaves nothing behind", arguments: Kind.allCases)
    func rollback(kind: Kind) throws {
        struct Stop: Error {}
        let store = try make(kind)
        let before = try store.changeCount()
        #expect(throws: Stop.self) {
            try store.write { store throws in
                try store.insert(Self.key(1))
                throw Stop()
            }
        }
        #expect(try store.read { try $0.keyCount(in: .local) } == 0)
        #expect(try store.changeCount() == before)
    }

    @Test(
        "The change count changes with every commit and with nothing else",
        arguments: Kind.allCases)
    func changeCount(kind: Kind) throws {
        let store = try make(kind)
        var counts = [try store.changeCount()]
        for byte in UInt8(1)...5 {
            try store.write { try $0.insert(Self.key(byte)) }
            counts.append(try store.changeCount())
        }
        _ = try store.read { try $0.keyCount(in: .local) }
        #expect(Set(counts).count == 6)
        #expect(try store.changeCount() == counts.last)
    }

    @Test("A setting is kept, replaced and removed", arguments: Kind.allCases)
    func settings(kind: Kind) throws {
        let store = try make(kind)
        for value in [[1, 2], [], nil] as [[UInt8]?] {
            try store.write { try $0.set(value, forSetting: "a") }
            #expect(try store.read { try $0.setting("a") } == value)
        }
    }

    @Test(
        "The later use of a key stays, until the key goes; none is kept of a key that is not there",
        arguments: Kind.allCases)
    func lastUses(kind: Kind) throws {
        let store = try make(kind)
        let (key, stranger) = (try Self.key(1), try Self.id(9))
        try store.write { try $0.insert(key) }
        func use(_ second: Int) throws -> LastUse {
            LastUse(
                operation: "Sign", time: Self.now.adding(seconds: second),
                eventID: try Self.id(UInt8(10 + second)), requestID: try Self.id(77))
        }
        #expect(try store.read { try $0.lastUse(of: key.id) } == nil)
        for (written, kept) in [(5, 5), (4, 5), (6, 6)] {
            try store.write { store throws in
                try store.record(use(written), of: key.id)
                try store.record(use(written), of: stranger)
            }
            #expect(try store.read { try $0.lastUse(of: key.id) } == use(kept))
            #expect(try store.read { try $0.lastUse(of: stranger) } == nil)
        }
        try store.write { try $0.destroy(key.id) }
        #expect(try store.read { try $0.lastUse(of: key.id) } == nil)
    }
}
