import Glibc
import TestSupport
import Testing

@testable import SecretMemory

@Suite(.serialized) struct SecretBytesTests {
    private static func copy(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
    private static func copy(_ secret: borrowing SecretBytes) -> [UInt8] { secret.withBytes(copy) }

    private static func address(_ secret: borrowing SecretBytes) -> UInt {
        secret.withBytes { unsafe $0.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
    }

    /// The secret is masked here: as it is it stands in secret memory alone.
    private static func masked(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) ^ 0xA5
            }
        }
    }

    private static func count(ofMasked masked: [UInt8], _ memory: borrowing ProcessMemory) -> Int {
        let needle = SecretBytes(byteCount: masked.count) { output in
            for (offset, byte) in masked.enumerated() {
                output.storeBytes(of: byte ^ 0xA5, toByteOffset: offset, as: UInt8.self)
            }
        }
        return needle.withBytes { memory.count(of: $0) } - 1
    }

    @Test(
        "A secret stands in memory once while it lives, and nowhere after it went",
        arguments: [32, 128, 129, 10_000])
    func wiped(byteCount: Int) {
        let memory = ProcessMemory()
        var mask: [UInt8] = []
        do {
            let secret = SecretBytes(randomByteCount: byteCount)
            mask = Self.masked(secret)
            // That the search finds what is there makes its silence worth something.
            #expect(Self.count(ofMasked: mask, memory) == 1)
            let copy = secret.duplicate()
            #expect(Self.count(ofMasked: mask, memory) == 2)
            _ = copy.byteCount
            _ = secret.byteCount
        }
        #expect(Self.count(ofMasked: mask, memory) == 0)
    }

    @Test("A secret whose making fails is wiped too", arguments: [32, 10_000])
    func wipedOnFailure(byteCount: Int) {
        struct Failure: Error {}
        let memory = ProcessMemory()
        var mask = [UInt8](repeating: 0, count: byteCount)
        do {
            let secret = try SecretBytes(byteCount: byteCount) {
                (span: inout MutableRawSpan) throws(Failure) in
                SystemRandom.fill(&span)
                for offset in 0..<byteCount {
                    mask[offset] =
                        unsafe span.unsafeLoad(fromByteOffset: offset, as: UInt8.self) ^ 0xA5
                }
                throw Failure()
            }
            Issue.record("a secret of \(secret.byteCount) bytes was made")
        } catch {}
        #expect(Self.count(ofMasked: mask, memory) == 0)
    }

    @Test("A prefix leaves nothing of the rest behind")
    func prefix() {
        let memory = ProcessMemory()
        let secret = SecretBytes(randomByteCount: 64)
        let mask = Self.masked(secret)
        let prefix = secret.prefix(byteCount: 20)
        #expect(Self.masked(prefix) == Array(mask.prefix(20)))
        #expect(Self.count(ofMasked: Array(mask.suffix(44)), memory) == 0)
        _ = prefix.byteCount
    }

    @Test(
        "Secrets are kept out of core dumps and of forked children, and locked where that is allowed",
        arguments: [1, 32, 128, 129, 100_000])
    func flags(byteCount: Int) {
        let secret = SecretBytes(randomByteCount: byteCount)
        let flags = ProcessMemory.flags(of: Self.address(secret))
        #expect(flags.contains("dd"))
        #expect(flags.contains("wf"))
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit)
        if limit.rlim_cur > 1 << 24 { #expect(flags.contains("lo")) }
        _ = secret.byteCount
    }

    @Test("Memory is used again: a hundred thousand keys need no more than a few slots")
    func slotsAreReused() {
        var addresses: Set<UInt> = []
        for _ in 0..<100_000 { addresses.insert(Self.address(SecretBytes(randomByteCount: 32))) }
        // Other tests hold secrets meanwhile.
        #expect(addresses.count < 2000)
    }

    @Test("Many secrets at once share no byte")
    func slotsAreDistinct() {
        final class Box { let secret = SecretBytes(randomByteCount: 128) }
        let boxes = (0..<2000).map { _ in Box() }
        let addresses = boxes.map { Self.address($0.secret) }.sorted()
        for (low, high) in zip(addresses, addresses.dropFirst()) { #expect(high - low >= 128) }
        #expect(Set(boxes.map { Self.copy($0.secret) }).count == 2000)
    }

    @Test(
        "Bytes come out as they went in, of every length",
        arguments: [0, 1, 31, 32, 33, 127, 128, 129, 4095, 4096, 4097])
    func content(byteCount: Int) {
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
        let secret = unsafe SecretBytes(copying: bytes.span.bytes)
        let duplicate = secret.duplicate()
        #expect(Self.copy(secret) == bytes)
        #expect(Self.copy(duplicate) == bytes)
        #expect(secret.byteCount == byteCount && Self.address(secret) != Self.address(duplicate))
        let filled = SecretBytes(byteCount: byteCount) { _ in }
        #expect(Self.copy(filled) == [UInt8](repeating: 0, count: byteCount))
        let part = secret.prefix(byteCount: byteCount / 2)
        #expect(Self.copy(part) == Array(bytes.prefix(byteCount / 2)))
    }

    @Test(
        "R14: a file key has 32 bytes, and so has a key file",
        arguments: [0, 1, 16, 31, 32, 33, 64])
    func keyLengths(byteCount: Int) {
        let isFileKey = FileKey(SecretBytes(randomByteCount: byteCount)) != nil
        let isWrappingKey = WrappingKey(SecretBytes(randomByteCount: byteCount)) != nil
        #expect(isFileKey == (byteCount == 32))
        #expect(isWrappingKey == (byteCount == 32))
    }

    @Test("R34: random keys and salts never repeat")
    func random() {
        var seen: Set<[UInt8]> = []
        for _ in 0..<1000 {
            let key = FileKey()
            #expect(seen.insert(Self.copy(key.bytes)).inserted)
            let same = Self.copy(key.duplicate().bytes) == Self.copy(key.bytes)
            #expect(same)
            #expect(seen.insert(SystemRandom.bytes(count: 32)).inserted)
        }
        #expect(SystemRandom.bytes(count: 0) == [])
        #expect(SystemRandom.bytes(count: 1000).count == 1000)
    }
}
