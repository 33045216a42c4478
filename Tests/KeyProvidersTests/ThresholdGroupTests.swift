import ContainerFormat
import SecretMemory
import Testing

@testable import KeyProviders

@Suite struct ThresholdGroupTests {
    private static let binding = WrapBinding(
        binder: [UInt8](repeating: 5, count: 32), context: .empty)

    private static func copy(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }

    private static func keyFile(_ number: Int) throws -> KeyFile {
        guard let key = WrappingKey(SecretBytes(randomByteCount: 32)) else {
            throw KeyProviderError.engineFailure
        }
        return try KeyFile(name: "k\(number)", key: key, keyID: Array("k\(number)".utf8))
    }

    private static func opened(
        _ stanza: Stanza, _ keys: [any KeyProvider], _ wanted: [UInt8]
    ) throws -> Bool {
        do {
            return try StanzaOpener(providers: keys).open([stanza], binding: binding) { candidate in
                copy(candidate.bytes) == wanted ? true : nil
            }
        } catch is UnlockFailure { return false }
    }

    @Test(
        "Any k members open what the group wraps, and k − 1 do not",
        arguments: [(2, 2), (2, 3), (3, 5), (16, 16), (2, 16)])
    func anyOfThem(needed: Int, count: Int) throws {
        let members = try (1...count).map(Self.keyFile)
        let fileKey = FileKey()
        let wanted = Self.copy(fileKey.bytes)
        let stanza = try ThresholdGroup(name: "g", needed: needed, members: members)
            .wrap(fileKey, Self.binding)
        #expect(stanza.type == "threshold" && stanza.keyID == [])
        #expect(stanza.body.prefix(2).elementsEqual([UInt8(needed), UInt8(count)]))
        for _ in 0..<10 {
            let some = members.shuffled()
            #expect(try Self.opened(stanza, Array(some.prefix(needed)), wanted))
            #expect(try !Self.opened(stanza, Array(some.prefix(needed - 1)), wanted))
        }
    }

    @Test("A failure says how many of the group opened")
    func tooFew() throws {
        let members = try (1...3).map(Self.keyFile)
        let stanza = try ThresholdGroup(name: "g", needed: 3, members: members)
            .wrap(FileKey(), Self.binding)
        let failure = try #require(throws: UnlockFailure.self) {
            try StanzaOpener(providers: Array(members.prefix(2)))
                .open([stanza], binding: Self.binding) { _ in Bool?.none }
        }
        #expect(failure.lines.map(\.result) == [.tooFewOfGroup(opened: 2, needed: 3)])
        #expect(failure.code == .noKey)
    }

    @Test("R34: two splits of one key share neither salt nor shares")
    func freshSplits() throws {
        let fileKey = FileKey()
        var seen: Set<[UInt8]> = []
        for _ in 0..<50 {
            for share in SecretShare.split(fileKey, needed: 2, count: 3) {
                #expect(seen.insert(Self.copy(share.bytes)).inserted)
            }
        }
        let group = ThresholdGroup(name: "g", needed: 2, members: try (1...2).map(Self.keyFile))
        let salts = try (0..<50).map { _ in
            Array(try group.wrap(fileKey, Self.binding).body[2..<18])
        }
        #expect(Set(salts).count == 50)
    }

    @Test("A share on its own is not the secret, at whatever position")
    func shares() {
        let fileKey = FileKey()
        let wanted = Self.copy(fileKey.bytes)
        let shares = SecretShare.split(fileKey, needed: 2, count: 16)
        #expect(shares.map(\.x) == Array(1...16))
        #expect(shares.allSatisfy { Self.copy($0.bytes) != wanted })
        #expect(Self.copy(SecretShare.join([shares[3], shares[11]])) == wanted)
    }

    @Test("A group that cannot be is refused with its reason")
    func impossibleGroups() throws {
        let keys = (1...17).map { KeyReference.keyService("alias/\($0)") }
        func problem(_ needed: Int, _ members: [KeyReference]) -> KeyReferenceError? {
            do throws(KeyReferenceError) {
                _ = try KeyGroup(name: "g", needed: needed, members: members)
                return nil
            } catch { return error }
        }
        func group(_ problem: KeyGroup.Problem) -> KeyReferenceError {
            .group(name: "g", problem)
        }
        #expect(problem(2, Array(keys.prefix(2))) == nil)
        #expect(problem(16, Array(keys.prefix(16))) == nil)
        #expect(problem(2, keys) == group(.tooManyMembers(17)))
        #expect(problem(3, Array(keys.prefix(2))) == group(.neededTooMany(members: 2)))
        #expect(problem(2, []) == group(.neededTooMany(members: 0)))
        for needed in [-1, 0, 1] {
            #expect(problem(needed, Array(keys.prefix(3))) == group(.neededTooFew))
        }
        #expect(problem(2, [keys[0], keys[1], keys[0]]) == group(.repeated))
        #expect(problem(2, [keys[0], .passphrase]) == group(.passphrase))
        let inner = try KeyGroup(name: "i", needed: 2, members: Array(keys.prefix(2)))
        #expect(problem(2, [keys[2], .group(inner)]) == group(.nested))
    }
}
