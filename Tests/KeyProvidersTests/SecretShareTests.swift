import SecretMemory
import Testing

@testable import KeyProviders

@Suite struct SecretShareTests {
    @Test("The field is that of AES")
    func field() {
        #expect(SecretShare.multiply(0x57, 0x83) == 0xC1)
        #expect(SecretShare.multiply(0x53, 0xCA) == 0x01)
        for value: UInt8 in 0...255 {
            #expect(SecretShare.multiply(value, 1) == value && SecretShare.multiply(value, 0) == 0)
            if value > 0 { #expect(SecretShare.multiply(value, SecretShare.inverse(value)) == 1) }
        }
    }

    @Test(
        "Any k shares give the secret, and fewer do not",
        arguments: [(2, 3), (3, 5), (16, 16), (2, 16)])
    func join(k: Int, n: Int) {
        let secret = SystemRandom.bytes(count: 32)
        let coefficients = [secret] + (1..<k).map { _ in SystemRandom.bytes(count: 32) }
        let values = (1...UInt8(n)).map { x in
            (0..<32).map { byte in
                coefficients.reversed().reduce(0 as UInt8) {
                    SecretShare.multiply($0, x) ^ $1[byte]
                }
            }
        }
        func joined(_ positions: [Int]) -> [UInt8] {
            var shares: [SecretShare] = []
            for position in positions {
                let value = values[position]
                let bytes = unsafe SecretBytes(copying: value.span.bytes)
                if let share = SecretShare(x: UInt8(position + 1), bytes) { shares.append(share) }
            }
            return SecretShare.join(shares).withBytes { bytes in
                (0..<32).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
            }
        }
        #expect(joined(Array(0..<k)) == secret)
        #expect(joined(Array(n - k..<n)) == secret)
        for _ in 0..<10 {
            #expect(joined(Array(Array(0..<n).shuffled().prefix(k))) == secret)
        }
        #expect(joined(Array(0..<k - 1)) != secret)
    }

    @Test("A share has 32 bytes", arguments: [0, 31, 33])
    func length(count: Int) {
        #expect(SecretShare(x: 1, SecretBytes(randomByteCount: count)) == nil)
    }
}
