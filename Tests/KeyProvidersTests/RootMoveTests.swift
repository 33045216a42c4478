import AgentTestSupport
import AuditLog
import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSStore
import KMSTestSupport
import KeyAgent
import SecretMemory
import Testing

@testable import KeyProviders

/// A keystore that changes its root, between roots of all kinds.
@Suite struct RootMoveTests {
    private let directory = TemporaryDirectory()
    private var keystore: [UInt8] { directory.path(of: "keystore") }
    private var files: FileManager { .default }

    private func path(_ name: String) -> String { directory.text + "/keystore/" + name }

    private func secret(_ text: String) -> SecretBytes {
        unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
    }

    private func open(_ directory: [UInt8]? = nil) throws -> EmbeddedKeyService {
        try EmbeddedKeyService.open(
            in: directory ?? keystore, passphrase: { secret("word") }, token: ServedToken.source)
    }

    private func root(_ kind: String) throws -> NewRoot {
        switch kind {
        case "file": .file
        case "passphrase": .passphrase(secret("word"))
        default: try ServedToken.root(kind)
        }
    }

    private func seal(
        _ keys: EmbeddedKeyService, under key: String = "alias/default"
    ) throws -> [UInt8] {
        try keys.service.generateDataKey(
            GenerateDataKeyRequest(keyID: key, keySpec: .aes256), caller: keys.caller
        ).ciphertextBlob
    }

    private func opens(_ blob: [UInt8], with keys: EmbeddedKeyService) throws -> Bool {
        try keys.service.decrypt(
            DecryptRequest(ciphertextBlob: blob), caller: keys.caller
        ).plaintext.byteCount == 32
    }

    /// A blob of each of three keys, and one from before a rotation.
    private func fill(_ keys: EmbeddedKeyService) throws -> [[UInt8]] {
        var blobs = [try seal(keys)]
        _ = try keys.service.rotateKeyOnDemand(
            RotateKeyOnDemandRequest(
                keyID: keys.service.describeKey(
                    DescribeKeyRequest(keyID: "alias/default"), caller: keys.caller
                ).keyMetadata.keyID), caller: keys.caller)
        blobs.append(try seal(keys))
        for _ in 0..<2 {
            let key = try keys.service.createKey(CreateKeyRequest(), caller: keys.caller)
            blobs.append(try seal(keys, under: key.keyMetadata.keyID))
        }
        return blobs
    }

    private static let kinds = ["file", "passphrase", "a/token", "a/isolated", "b/isolated"]

    @Test("What was sealed before opens after, from each kind of root to each", arguments: kinds)
    func everyDirection(from: String) throws {
        let keys = try EmbeddedKeyService.create(in: keystore, root: root(from))
        var blobs = try fill(keys)
        try keys.close()
        for kind in Self.kinds + [from] {
            let old = try open()
            try old.moveRoot(to: root(kind))
            try old.close()
            let new = try open()
            for blob in blobs { #expect(try opens(blob, with: new), "\(from) to \(kind)") }
            blobs.append(try seal(new))
            let material = try #require(rows().first)
            #expect(material == (kind.hasSuffix("isolated") ? testTokenRow : 80))
            #expect(
                try EmbeddedKeyService.verifyAudit(
                    in: keystore, passphrase: { secret("word") }, token: ServedToken.source
                ).findings.isEmpty)
            try new.close()
        }
    }

    @Test("Access keys sign as before, from each kind of root to each", arguments: kinds)
    func accessKeys(from: String) throws {
        let keys = try EmbeddedKeyService.create(in: keystore, root: root(from))
        let made = try AccessKeyPair(in: keys)
        #expect(try made.work(in: keys))
        try keys.close()
        for kind in Self.kinds {
            let old = try open()
            let sealed = try old.store.read { try $0.accessKeys(after: nil, limit: 9) }
            #expect(sealed.count == 2)
            try old.moveRoot(to: root(kind))
            try old.close()
            let new = try open()
            #expect(try made.work(in: new), "\(from) to \(kind)")
            let moved = try new.store.read { try $0.accessKeys(after: nil, limit: 9) }
            #expect(zip(sealed, moved).allSatisfy { $0.sealedSecret != $1.sealedSecret })
            #expect(moved.map(\.isActive) == sealed.map(\.isActive))
            try new.close()
        }
    }

    @Test("An access key that does not open stops a move, and nothing else is touched")
    func damagedAccessKey() throws {
        let keys = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blob = try seal(keys)
        let made = try AccessKeyPair(in: keys)
        try keys.store.write { store in
            var key = try #require(try store.accessKeys(after: nil, limit: 1).first)
            key.sealedSecret[40] ^= 1
            try store.update(key)
        }
        #expect(
            throws: EmbeddedKeyServiceError.service(.backend(.materialNotAuthentic))
        ) { try keys.moveRoot(to: root("a/isolated")) }
        #expect(try EmbeddedKeyService.rootKeeping(in: keystore) == .file)
        #expect(try opens(blob, with: keys))
        #expect(try !made.work(in: keys))
    }

    /// Salt, material and tag of the token of the tests.
    private let testTokenRow = 16 + 32 + 16

    /// The lengths of the rows, all of which have to be the same.
    private func rows() throws -> Set<Int> {
        let keys = try open()
        let lengths = try keys.store.read { store in
            try store.keys(after: nil, limit: 100).flatMap { key in
                try store.versions(of: key.id).map(\.sealedMaterial.count)
            }
        }
        #expect(Set(lengths).count == 1)
        return Set(lengths)
    }

    @Test("Every move makes a fresh root: the old one opens nothing of the keystore any more")
    func freshRoot() throws {
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        let old = try #require(files.contents(atPath: path("root.key")))
        let keys = try open()
        try keys.moveRoot(to: .file)
        try keys.close()
        #expect(files.contents(atPath: path("root.key")) != old)
        try old.write(to: URL(fileURLWithPath: path("root.key")))
        #expect(throws: EmbeddedKeyServiceError.rootKeyOfAnotherKeystore) { try open() }
    }

    @Test("Who has the keystore open as it moves is refused, and writes nothing", arguments: kinds)
    func openMeanwhile(kind: String) throws {
        let mine = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blob = try seal(mine)
        #expect(try opens(blob, with: mine))
        let theirs = try open()
        try theirs.moveRoot(to: root(kind))
        for keys in [mine, theirs] {
            #expect(throws: KMSServiceError.store(.rootMoved)) { try seal(keys) }
            #expect(throws: KMSServiceError.store(.rootMoved)) { try opens(blob, with: keys) }
            #expect(throws: KMSServiceError.store(.rootMoved)) {
                try keys.service.createKey(CreateKeyRequest(), caller: keys.caller)
            }
            #expect(throws: EmbeddedKeyServiceError.store(.rootMoved)) {
                try keys.moveRoot(to: .file)
            }
            #expect(throws: KeyStoreError.rootMoved) { try keys.exportBackup { _ in } }
            try keys.close()
        }
        let new = try open()
        #expect(try opens(blob, with: new))
        #expect(
            try new.service.listKeys(ListKeysRequest(), caller: new.caller).keys.count == 1)
        #expect(
            try !files.contentsOfDirectory(atPath: path("")).contains(RootMove.unfinished))
    }

    @Test("A move stopped before its commit leaves the old root, one stopped after it the new one")
    func stopped() throws {
        let keys = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blob = try seal(keys)
        let old = try #require(files.contents(atPath: path("root.key")))
        for unfinished in [Data(), Data(repeating: 1, count: 31), Data(repeating: 1, count: 32)] {
            #expect(
                files.createFile(
                    atPath: path(RootMove.unfinished), contents: unfinished,
                    attributes: [.posixPermissions: 0o600]))
            let opened = try open()
            #expect(try opens(blob, with: opened))
            #expect(!files.fileExists(atPath: path(RootMove.unfinished)))
        }
        try keys.moveRoot(to: .file)
        let new = try #require(files.contents(atPath: path("root.key")))
        try files.moveItem(atPath: path("root.key"), toPath: path(RootMove.unfinished))
        #expect(
            files.createFile(
                atPath: path("root.key"), contents: old, attributes: [.posixPermissions: 0o600]))
        #expect(try opens(blob, with: try open()))
        #expect(files.contents(atPath: path("root.key")) == new)
        #expect(!files.fileExists(atPath: path(RootMove.unfinished)))
    }

    @Test("A restore takes the next root along with the keystore that it replaces")
    func replacedWhileStopped() throws {
        let keys = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blob = try seal(keys)
        let other = try EmbeddedKeyService.create(
            in: directory.path(of: "other"), rootPassphrase: nil)
        let backup = try export(other)
        try keys.moveRoot(to: .file)
        try keys.close()
        let new = try #require(files.contents(atPath: path("root.key")))
        #expect(
            files.createFile(
                atPath: path(RootMove.unfinished), contents: new,
                attributes: [.posixPermissions: 0o600]))
        try Data(repeating: 1, count: 32).write(to: URL(fileURLWithPath: path("root.key")))
        try restore(backup, to: keystore, replacing: true).close()
        let kept = try #require(
            files.contentsOfDirectory(atPath: path("")).first { $0.hasPrefix("replaced-") })
        #expect(try opens(blob, with: try open(directory.path(of: "keystore/" + kept))))
    }

    @Test(
        "A token that is lost in the midst of a move leaves the keystore as it was",
        arguments: 0..<11, [true, false])
    func tokenLost(uses: Int, isIsolated: Bool) throws {
        let keys = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blobs = try fill(keys)
        let name = try #require(
            RootTokenName(uri: "pkcs11:token=test;object=a", isIsolated: isIsolated))
        // Sealing takes two uses, holding four and two for each of the four versions.
        let isEnough = uses >= (isIsolated ? 12 : 2)
        do {
            try keys.moveRoot(to: .token(name, ServedToken.token(endingAfterUses: uses)))
            #expect(isEnough)
        } catch {
            #expect(!isEnough)
            #expect(try EmbeddedKeyService.rootKeeping(in: keystore) == .file)
            for blob in blobs { #expect(try opens(blob, with: keys)) }
        }
        try keys.close()
        let opened = try open()
        for blob in blobs { #expect(try opens(blob, with: opened)) }
        #expect(!files.fileExists(atPath: path(RootMove.unfinished)))
    }

    @Test("A row that does not open stops a move, and nothing else is touched")
    func damagedRow() throws {
        let keys = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blob = try seal(keys)
        let key = try keys.service.createKey(CreateKeyRequest(), caller: keys.caller).keyMetadata
        try keys.store.write { store in
            let id = try #require(RandomID(text: key.keyID))
            let version = try #require(try store.versions(of: id).first)
            try store.update(
                KeyVersion(
                    id: version.id, keyID: version.keyID, creationDate: version.creationDate,
                    cause: version.cause, sealedMaterial: [UInt8](repeating: 0, count: 80)),
                of: id)
        }
        #expect(
            throws: EmbeddedKeyServiceError.service(.backend(.materialNotAuthentic))
        ) { try keys.moveRoot(to: root("a/isolated")) }
        #expect(try EmbeddedKeyService.rootKeeping(in: keystore) == .file)
        #expect(try opens(blob, with: keys))
    }

    @Test("The files hold no row of before")
    func noOldRow() throws {
        let keys = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let rows = try keys.store.read { store in
            try store.keys(after: nil, limit: 10).flatMap { key in
                try store.versions(of: key.id).map { Data($0.sealedMaterial) }
            }
        }
        func contain(_ row: Data) -> Bool {
            ["keys.sqlite", "keys.sqlite-wal"].contains {
                files.contents(atPath: path($0))?.range(of: row) != nil
            }
        }
        #expect(rows.count == 1 && rows.allSatisfy(contain))
        try keys.moveRoot(to: root("a/isolated"))
        #expect(!rows.contains(where: contain))
    }

    @Test("A token that cannot isolate is refused by name, and nothing falls back to sealing")
    func noIsolation() throws {
        let uri = "pkcs11:token=test;object=sealing"
        #expect(
            throws: EmbeddedKeyServiceError.token(uri: uri, .failed(.unsupported("isolation")))
        ) { try EmbeddedKeyService.create(in: keystore, root: root("sealing/isolated")) }
        #expect(try !EmbeddedKeyService.exists(in: keystore))
        let keys = try EmbeddedKeyService.create(in: keystore, root: root("sealing/token"))
        #expect(
            throws: EmbeddedKeyServiceError.token(uri: uri, .failed(.unsupported("isolation")))
        ) { try keys.moveRoot(to: root("sealing/isolated")) }
        #expect(
            try EmbeddedKeyService.rootKeeping(in: keystore)
                == .token(#require(RootTokenName(uri: uri, isIsolated: false))))
        _ = try seal(keys)
    }

    @Test("Another token than the keystore's is told as such, a copy of its keys is as good")
    func otherToken() throws {
        try EmbeddedKeyService.create(in: keystore, root: root("a/isolated")).close()
        func openWith(_ kind: String) throws -> EmbeddedKeyService {
            try EmbeddedKeyService.open(
                in: keystore,
                token: { (_) throws(EmbeddedKeyServiceError) in
                    guard case .token(_, let token) = try ServedToken.root(kind) else {
                        throw .missing
                    }
                    return token
                })
        }
        #expect(
            throws: EmbeddedKeyServiceError.otherToken(
                uri: "pkcs11:token=test;object=a", expected: "test/a", found: "test/b")
        ) { try openWith("b/isolated") }
        try openWith("a/isolated").close()
        #expect(throws: EmbeddedKeyServiceError.rootOnToken(uri: "pkcs11:token=test;object=a")) {
            try EmbeddedKeyService.open(in: keystore)
        }
        let keys = try open()
        try keys.moveRoot(to: root("a/token"))
        #expect(
            throws: EmbeddedKeyServiceError.otherToken(
                uri: "pkcs11:token=test;object=a", expected: "test/a", found: "test/b")
        ) { try openWith("b/token") }
    }

    @Test(
        "A backup comes back: with the token where it holds the root, without it otherwise",
        arguments: ["a/token", "a/isolated"])
    func backup(kind: String) throws {
        let keys = try EmbeddedKeyService.create(in: keystore, root: root(kind))
        let blobs = try fill(keys)
        let backup = try export(keys)
        let place = directory.path(of: "restored")
        if kind == "a/isolated" {
            #expect(
                throws: EmbeddedKeyServiceError.rootOnToken(uri: "pkcs11:token=test;object=a")
            ) { try restore(backup, to: place, token: EmbeddedKeyService.noToken) }
            #expect(
                throws: EmbeddedKeyServiceError.rootStaysOnToken(
                    uri: "pkcs11:token=test;object=a")
            ) { try restore(backup, to: place, passphrase: secret("word")) }
            #expect(try !EmbeddedKeyService.exists(in: place))
            for count in [12, 19, 20, 21, 40, 60] {
                #expect(throws: EmbeddedKeyServiceError.backupTruncated, "cut to \(count)") {
                    try restore(Array(backup[..<count]), to: place)
                }
            }
        }
        try restore(backup, to: place).close()
        let restored = try open(place)
        for blob in blobs { #expect(try opens(blob, with: restored)) }
        #expect(
            try EmbeddedKeyService.rootKeeping(in: place).description
                == (kind == "a/isolated" ? "isolated" : "file"))
        try restored.moveRoot(to: .file)
        try restored.close()
        let moved = try EmbeddedKeyService.open(in: place)
        for blob in blobs { #expect(try opens(blob, with: moved)) }
    }

    /// Test keystores are no secrets.
    private func export(_ keys: EmbeddedKeyService) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try keys.exportBackup { piece in
            for index in 0..<piece.byteCount {
                unsafe bytes.append(piece.unsafeLoad(fromByteOffset: index, as: UInt8.self))
            }
        }
        return bytes
    }

    private func restore(
        _ bytes: [UInt8], to directory: [UInt8], replacing: Bool = false,
        passphrase: borrowing SecretBytes? = nil,
        token: RootTokenSource = { (name) throws(EmbeddedKeyServiceError) in
            try ServedToken.source(name)
        }
    ) throws -> EmbeddedKeyService {
        var offset = 0
        let notAsked: () throws -> SecretBytes? = { nil }
        return try EmbeddedKeyService.importBackup(
            to: directory, replacing: replacing, rootPassphrase: passphrase, token: token,
            ifSealed: notAsked
        ) { output in
            let count = min(output.byteCount, bytes.count - offset)
            for index in 0..<count {
                output.storeBytes(of: bytes[offset + index], toByteOffset: index, as: UInt8.self)
            }
            offset += count
            return count
        }
    }
}

extension RootKeeping {
    fileprivate var description: String {
        switch self {
        case .file: "file"
        case .passphrase: "passphrase"
        case .token(let name): name.isIsolated ? "isolated" : "token"
        }
    }
}
