import OpenSSLCrypto
import SecretMemory
import Testing

@Suite struct CryptoTests {
    private let key = [UInt8](repeating: 7, count: 32)
    private let nonce = [UInt8](repeating: 9, count: 12)

    @Test(
        "What is sealed opens, of any length and from any buffer",
        arguments: [0, 1, 15, 16, 17, 4096, 100_000])
    func roundTrip(count: Int) throws {
        let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let cipher = unsafe try AES256GCM(key: key.span.bytes)
        var sealed = [UInt8](repeating: 0, count: count + 16)
        var sealedSpan = sealed.mutableSpan
        var sealedBytes = unsafe sealedSpan.mutableBytes
        unsafe try cipher.seal(
            plaintext.span.bytes, nonce: nonce, associatedData: [1], into: &sealedBytes)
        // One byte of room more stays as it was.
        var opened = [UInt8](repeating: 0xEE, count: count + 1)
        var openedSpan = opened.mutableSpan
        var openedBytes = unsafe openedSpan.mutableBytes
        unsafe try cipher.open(
            sealed.span.bytes, nonce: nonce, associatedData: [1], into: &openedBytes)
        #expect(opened == plaintext + [0xEE])
    }

    @Test("Whatever is changed, the tag does not fit, and nothing of the plaintext is left")
    func changed() throws {
        let plaintext = [UInt8](repeating: 0x55, count: 40)
        let cipher = unsafe try AES256GCM(key: key.span.bytes)
        var sealed = [UInt8](repeating: 0, count: 56)
        var span = sealed.mutableSpan
        var bytes = unsafe span.mutableBytes
        unsafe try cipher.seal(
            plaintext.span.bytes, nonce: nonce, associatedData: [1, 2], into: &bytes)
        func fails(
            _ input: [UInt8], _ nonce: [UInt8], _ data: [UInt8], key: [UInt8]? = nil
        ) throws -> Bool {
            let key = key ?? self.key
            let other = unsafe try AES256GCM(key: key.span.bytes)
            var output = [UInt8](repeating: 0xEE, count: 60)
            var outputSpan = output.mutableSpan
            var room = unsafe outputSpan.mutableBytes
            do {
                unsafe try other.open(
                    input.span.bytes, nonce: nonce, associatedData: data, into: &room)
                return false
            } catch { return error == .notAuthentic && !output.contains(0x55) }
        }
        for bit in 0..<8 * sealed.count {
            var flipped = sealed
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try fails(flipped, nonce, [1, 2]))
        }
        for count in 0..<sealed.count {
            #expect(try fails(Array(sealed[..<count]), nonce, [1, 2]))
        }
        #expect(try fails(sealed, nonce, [1]))
        #expect(try fails(sealed, nonce, []))
        #expect(try fails(sealed, [UInt8](repeating: 8, count: 12), [1, 2]))
        #expect(try fails(sealed, nonce, [1, 2], key: [UInt8](repeating: 6, count: 32)))
    }

    @Test("A context that refused goes on working")
    func afterFailure() throws {
        let cipher = unsafe try AES256GCM(key: key.span.bytes)
        var room = [UInt8](repeating: 0, count: 16)
        var span = room.mutableSpan
        var output = unsafe span.mutableBytes
        let wrong = [UInt8](repeating: 0, count: 16)
        #expect(throws: CryptoError.notAuthentic) {
            unsafe try cipher.open(
                wrong.span.bytes, nonce: nonce, associatedData: [], into: &output)
        }
        let nothing: [UInt8] = []
        unsafe try cipher.seal(nothing.span.bytes, nonce: nonce, associatedData: [], into: &output)
        let sealed = room
        var opened: [UInt8] = []
        var openedSpan = opened.mutableSpan
        var openedBytes = unsafe openedSpan.mutableBytes
        unsafe try cipher.open(
            sealed.span.bytes, nonce: nonce, associatedData: [], into: &openedBytes)
    }

    @Test("A secret sealed under a one-time key comes back, and from too few bytes nothing does")
    func oneTimeKey() throws {
        let secret = [UInt8](0..<32)
        let sealed = unsafe try AES256GCM.seal(
            secret.span.bytes, underOneTimeKey: key.span.bytes, associatedData: [3])
        #expect(sealed.count == 48)
        let opened = unsafe try AES256GCM.open(
            sealed.span.bytes, underOneTimeKey: key.span.bytes, associatedData: [3])
        let isEqual = opened.withBytes { unsafe ConstantTime.equal($0, secret.span.bytes) }
        #expect(isEqual)
        for count in 0..<48 {
            let cut = Array(sealed[..<count])
            let result = Result<Int, any Error> {
                unsafe try AES256GCM.open(
                    cut.span.bytes, underOneTimeKey: key.span.bytes, associatedData: [3]
                ).byteCount
            }
            #expect(throws: CryptoError.notAuthentic) { try result.get() }
        }
    }

    @Test("Comparison finds every difference, in bytes and in length")
    func constantTime() {
        let bytes = [UInt8](0..<64)
        #expect(ConstantTime.equal(bytes, bytes))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal(bytes, Array(bytes.dropLast())))
        #expect(!ConstantTime.equal([], [0]))
        for position in bytes.indices {
            var other = bytes
            other[position] ^= 0x80
            #expect(!ConstantTime.equal(bytes, other))
        }
    }

    @Test("An empty HMAC key and an empty message are ones like any other")
    func emptyHMAC() throws {
        let nothing: [UInt8] = []
        let code = unsafe try HMACSHA256.code(key: nothing.span.bytes, message: [])
        #expect(code.prefix(4).elementsEqual([0xb6, 0x13, 0x67, 0x9a]))
        let zeros = [UInt8](repeating: 0, count: 32)
        unsafe #expect(try HMACSHA256.code(key: zeros.span.bytes, message: []) == code)
    }

    @Test("A scrypt cost that is none is refused", arguments: [UInt32(0), 63, 64, .max])
    func scryptCost(log2N: UInt32) {
        let nothing: [UInt8] = []
        let result = Result<Int, any Error> {
            unsafe try Scrypt.derive(
                passphrase: nothing.span.bytes, salt: [],
                cost: Scrypt.Cost(log2N: log2N, r: 8, p: 1), byteCount: 32
            ).byteCount
        }
        #expect(throws: CryptoError.self) { try result.get() }
    }
}
