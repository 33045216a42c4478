import KMSModel
import KMSService
import Testing

@Suite struct MACTests {
    private static let keys: [(KeySpec, MACAlgorithm, byteCount: Int)] = [
        (.hmac224, .hmacSHA224, 28), (.hmac256, .hmacSHA256, 32), (.hmac384, .hmacSHA384, 48),
        (.hmac512, .hmacSHA512, 64),
    ]

    @Test("A code is the same each time, is verified, and no other is")
    func codes() throws {
        let fixture = try Fixture()
        for (spec, algorithm, byteCount) in Self.keys {
            let key = try fixture.makeKey(spec, .generateVerifyMAC)
            let other = try fixture.makeKey(spec, .generateVerifyMAC)
            for count in [1, 32, 4096] {
                let message = [UInt8](repeating: 7, count: count)
                let mac = try fixture.mac(of: message, by: key, algorithm)
                #expect(mac.count == byteCount)
                #expect(try fixture.mac(of: message, by: key, algorithm) == mac)
                try fixture.verifyMac(mac, of: message, by: key, algorithm)
                func isRefused(_ mac: [UInt8], _ message: [UInt8], _ key: String) -> Bool {
                    refusal { try fixture.verifyMac(mac, of: message, by: key, algorithm) }
                        == .kmsInvalidMAC
                }
                for index in mac.indices {
                    var changed = mac
                    changed[index] ^= 1
                    #expect(isRefused(changed, message, key))
                }
                #expect(isRefused(Array(mac.dropLast()), message, key))
                #expect(isRefused(mac + [0], message, key))
                #expect(isRefused(mac, [1], key) == (message != [1]))
                #expect(isRefused(mac, message, other))
            }
        }
    }

    @Test("Each key has one algorithm")
    func algorithms() throws {
        let fixture = try Fixture()
        for (spec, own, _) in Self.keys {
            let key = try fixture.makeKey(spec, .generateVerifyMAC)
            for algorithm in MACAlgorithm.allCases where algorithm != own {
                let expected = KMSError.invalidKeyUsage(
                    "Algorithm \(algorithm.rawValue) is incompatible with key spec "
                        + "\(spec.rawValue).")
                #expect(refusal { _ = try fixture.mac(of: [1], by: key, algorithm) } == expected)
                #expect(
                    refusal { try fixture.verifyMac([1], of: [1], by: key, algorithm) }
                        == expected)
            }
        }
    }

    @Test("Messages have 1…4,096 bytes, codes 1…6,144")
    func lengths() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey(.hmac256, .generateVerifyMAC)
        func violation(_ member: String, _ constraint: String) -> KMSError {
            .validation(
                "1 validation error detected: Value at '\(member)' failed to satisfy constraint: "
                    + "Member must have length \(constraint)")
        }
        let long = [UInt8](repeating: 7, count: 6145)
        #expect(
            refusal { _ = try fixture.mac(of: [], by: key, .hmacSHA256) }
                == violation("message", "greater than or equal to 1"))
        #expect(
            refusal { _ = try fixture.mac(of: Array(long.prefix(4097)), by: key, .hmacSHA256) }
                == violation("message", "less than or equal to 4096"))
        #expect(
            refusal { try fixture.verifyMac([], of: [1], by: key, .hmacSHA256) }
                == violation("mac", "greater than or equal to 1"))
        #expect(
            refusal { try fixture.verifyMac(long, of: [1], by: key, .hmacSHA256) }
                == violation("mac", "less than or equal to 6144"))
    }
}
