import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Decisions and lists in a store of many keys and grants beside one of few. The times are printed, not
/// judged; COFFER_SCALE=100000 makes the many 100,000 keys and 1,000,000 grants.
@Suite struct AccessScaleTests {
    private static let grantsPerKey = 10

    private static func id(_ number: Int) throws -> KeyID {
        // Spread over the index, as random ids are.
        let mixed = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        let bytes = (0..<16).map { UInt8(truncatingIfNeeded: mixed >> (8 * ($0 % 8))) }
        return try #require(KeyID(uuidFromRandomBytes: bytes))
    }

    private static func seed(_ house: AccessTests.House, keys: Int) throws {
        let users = try (0..<Self.grantsPerKey).map {
            try PrincipalPattern(aws: $0 == 0 ? house.bob.arn : house.bob.arn + "\($0)")
        }
        let alice = try PrincipalPattern(aws: house.alice.arn)
        try house.store.write { store throws in
            for number in 0..<keys {
                let id = try Self.id(number)
                try store.insert(
                    Key(
                        name: KeyName(id), home: .local, spec: .symmetricDefault,
                        usage: .encryptDecrypt, description: "", creationDate: TurnedClock.start,
                        firstVersion: id))
                for (index, user) in users.enumerated() {
                    try store.insert(
                        Grant(
                            id: try #require(
                                GrantID(bytes: id.bytes + id.bytes.map { $0 ^ UInt8(index) })),
                            keyID: id, name: nil, creationDate: TurnedClock.start, grantee: user,
                            retiringPrincipal: alice, issuingPrincipal: house.alice.arn,
                            operations: [.describeKey], constraint: nil))
                }
            }
        }
    }

    private static func time(_ body: () throws -> Void) rethrows -> Duration {
        let rounds = 50
        let clock = ContinuousClock()
        return try clock.measure { for _ in 0..<rounds { try body() } } / rounds
    }

    @Test("Few keys or many: the grantee of a grant is allowed, and pages are whole")
    func scale() throws {
        let many =
            ProcessInfo.processInfo.environment["COFFER_SCALE"].flatMap { Int($0) } ?? 2000
        for keys in [200, many] {
            let house = try AccessTests.House()
            try Self.seed(house, keys: keys)
            let root = Caller.localRoot(of: .local)
            let bob = AccessTests.caller(house.bob)
            let service = house.service
            var next = 0
            let describe = try Self.time {
                next += 1
                let key = try Self.id(next * 7919 % keys).text
                _ = try service.describeKey(DescribeKeyRequest(keyID: key), caller: bob)
            }
            let listed = try Self.id(keys / 2).text
            let grants = try Self.time {
                let page = try service.listGrants(
                    ListGrantsRequest(keyID: listed), caller: root)
                #expect(page.grants.count == Self.grantsPerKey)
            }
            let retirable = try Self.time {
                let page = try service.listRetirableGrants(
                    ListRetirableGrantsRequest(retiringPrincipal: house.alice.arn), caller: root)
                #expect(page.grants.count == 50 && page.truncated)
            }
            let marker = try Self.id(keys / 3).text
            let list = try Self.time {
                _ = try service.listKeys(ListKeysRequest(limit: 20, marker: marker), caller: root)
            }
            print(
                "scale \(keys) keys, \(keys * Self.grantsPerKey) grants: DescribeKey by grant "
                    + "\(describe), ListGrants \(grants), ListRetirableGrants \(retirable), "
                    + "ListKeys \(list)")
        }
    }
}
