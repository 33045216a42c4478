import SecretMemory
import Testing

@testable import KeyProviders

@Suite struct Bech32Tests {
    private static func text(_ secret: borrowing SecretBytes) -> String {
        secret.withBytes { bytes in
            String(
                decoding: (0..<bytes.byteCount).map {
                    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                }, as: UTF8.self)
        }
    }

    private static func decoded(
        _ text: String, _ prefix: String
    ) -> Result<[UInt8], RecoveryTextError> {
        let bytes = Array(text.utf8)
        do throws(RecoveryTextError) {
            let secret = unsafe try Bech32.decode(bytes.span.bytes, prefix: prefix)
            return .success(
                secret.withBytes { bytes in
                    (0..<bytes.byteCount).map {
                        unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                    }
                })
        } catch { return .failure(error) }
    }

    /// A valid text of BIP 173 whose data is whole bytes.
    private static let known = "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"

    @Test("The BIP's own text is taken, in either case, and is what its bytes are written as")
    func known() throws {
        let bytes = try Self.decoded(Self.known, "split").get()
        #expect(bytes.count == 30)
        #expect(try Self.decoded(Self.known.uppercased(), "split").get() == bytes)
        unsafe #expect(Self.text(Bech32.encode(bytes.span.bytes, prefix: "split")) == Self.known)
        unsafe #expect(
            Self.text(Bech32.encode(bytes.span.bytes, prefix: "SPLIT")) == Self.known.uppercased())
    }

    @Test("Bytes of every length come back", arguments: 0...70)
    func roundTrip(count: Int) throws {
        let bytes = SystemRandom.bytes(count: count)
        let text = unsafe Self.text(Bech32.encode(bytes.span.bytes, prefix: "age1pq"))
        #expect(try Self.decoded(text, "age1pq").get() == bytes)
    }

    @Test("One wrong character anywhere behind the prefix is found, and so is one that is missing")
    func damage() {
        let characters = Array(Self.known)
        for position in 6..<characters.count {
            var changed = characters
            changed[position] = changed[position] == "q" ? "p" : "q"
            #expect(Self.decoded(String(changed), "split") == .failure(.wrongChecksum))
            changed.remove(at: position)
            #expect(Self.decoded(String(changed), "split") == .failure(.wrongChecksum))
            changed.insert("b", at: position)
            #expect(
                Self.decoded(String(changed), "split")
                    == .failure(.noSuchCharacter(position: position + 1)))
        }
    }

    @Test("Each other fault has its own reason")
    func faults() {
        var mixed = Self.known
        mixed.replaceSubrange(mixed.startIndex...mixed.startIndex, with: "S")
        #expect(Self.decoded(mixed, "split") == .failure(.mixedCase))
        for other in ["", "split", "splat1" + Self.known, "age1pq" + Self.known, "1"] {
            #expect(Self.decoded(other, "split") == .failure(.otherPrefix))
        }
        #expect(Self.decoded("split1qqqqq", "split") == .failure(.otherLength))
        // Right checksums over one character of data, and over spare bits that are not zero.
        for values in [[0], [0, 1]] as [[UInt8]] {
            #expect(Self.decoded(Self.raw(values), "split") == .failure(.otherLength))
        }
        #expect(Self.decoded(Self.raw([0, 0]), "split") == .success([0]))
    }

    /// Values of five bits under a right checksum, found without the code under test.
    private static func raw(_ values: [UInt8]) -> String {
        let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
        func remainder(_ values: [UInt8]) -> UInt32 {
            let generator: [UInt32] = [
                0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3,
            ]
            var rest: UInt32 = 1
            for value in values {
                let top = rest >> 25
                rest = (rest & 0x1FF_FFFF) << 5 ^ UInt32(value)
                for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 {
                    rest ^= term
                }
            }
            return rest
        }
        let prefix = Array("split".utf8)
        let start = prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
        let rest = remainder(start + values + [UInt8](repeating: 0, count: 6)) ^ 1
        let checksum = (0..<6).map { UInt8(rest >> UInt32(5 * (5 - $0)) & 31) }
        return "split1" + String((values + checksum).map { alphabet[Int($0)] })
    }
}
