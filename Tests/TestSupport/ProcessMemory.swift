internal import Glibc

/// Looks at this process's own memory as somebody who reads `/proc/PID/mem` does.
@safe
package struct ProcessMemory: ~Copyable {
    private static let byteCount = 1 << 20
    private static let needleRoom = 1 << 14
    /// The needle, and behind its room the buffer that is searched: both are left out of the search.
    private let own: UnsafeMutableRawBufferPointer
    private let memory: Int32

    package init() {
        let pages = unsafe mmap(
            nil, Self.byteCount + Self.needleRoom, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        unsafe own = UnsafeMutableRawBufferPointer(
            start: pages, count: Self.byteCount + Self.needleRoom)
        memory = unsafe open("/proc/self/mem", O_RDONLY)
    }

    deinit {
        unsafe munmap(own.baseAddress, own.count)
        close(memory)
    }

    /// How often `needle` stands in any mapping. It is lent only to be looked for.
    package func count(of needle: RawSpan) -> Int { addresses(of: needle).count }

    /// Where it stands.
    package func addresses(of needle: RawSpan) -> Set<UInt> {
        unsafe needle.withUnsafeBytes { unsafe own.copyMemory(from: $0) }
        defer { unsafe own.initializeMemory(as: UInt8.self, repeating: 0) }
        var found: Set<UInt> = []
        for range in Self.mappings().flatMap({ withoutOwn($0) }) {
            var start = range.lowerBound
            while start < range.upperBound {
                let count = min(Self.byteCount, Int(range.upperBound - start))
                found.formUnion(search(start, count, needle.byteCount))
                // Pieces overlap, so that none is cut in two.
                start += UInt(max(1, count - (needle.byteCount - 1)))
                if count < needle.byteCount { break }
            }
        }
        return found
    }

    /// The kernel makes one mapping of its pages and others beside them, which are searched.
    private func withoutOwn(_ range: Range<UInt>) -> [Range<UInt>] {
        let start = unsafe UInt(bitPattern: own.baseAddress)
        let end = unsafe start + UInt(own.count)
        return [0..<start, end..<UInt.max].map(range.clamped).filter { !$0.isEmpty }
    }

    private func search(_ address: UInt, _ count: Int, _ needleCount: Int) -> [UInt] {
        let buffer = unsafe own.baseAddress?.advanced(by: Self.needleRoom)
        let got = unsafe pread(memory, buffer, count, Int(bitPattern: address))
        guard got >= needleCount, let buffer = unsafe buffer else { return [] }
        // A byte that most memory is not full of finds the places worth comparing.
        let pivot = unsafe own[..<needleCount].firstIndex { $0 != 0 && $0 != 0xFF } ?? 0
        let byte = unsafe Int32(own[pivot])
        var found: [UInt] = []
        var from = pivot
        let end = got - needleCount + pivot + 1
        while from < end, let hit = unsafe memchr(buffer + from, byte, end - from) {
            let offset = unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(buffer)
            if let needle = unsafe own.baseAddress,
                unsafe memcmp(buffer + offset - pivot, needle, needleCount) == 0
            {
                found.append(address + UInt(offset - pivot))
            }
            from = offset + 1
        }
        return found
    }

    /// The readable mappings of the process, without those of terabytes that a sanitizer keeps its own
    /// records in.
    package static func mappings() -> [Range<UInt>] {
        lines("/proc/self/maps").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 1, words[1].hasPrefix("r"), !line.hasSuffix("[vvar]"),
                !line.hasSuffix("[vsyscall]")
            else { return nil }
            return range(words[0]).flatMap { $0.count < 1 << 36 ? $0 : nil }
        }
    }

    /// The `VmFlags` of the mapping that holds an address.
    package static func flags(of address: UInt) -> Set<String> {
        var isInside = false
        for line in lines("/proc/self/smaps") {
            let words = line.split(separator: " ")
            if let first = words.first, let range = range(first) {
                isInside = range.contains(address)
            } else if isInside, words.first == "VmFlags:" {
                return Set(words.dropFirst().map(String.init))
            }
        }
        return []
    }

    private static func range(_ text: Substring) -> Range<UInt>? {
        let ends = text.split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        return ends[0]..<ends[1]
    }

    private static func lines(_ path: String) -> [Substring] {
        guard let file = unsafe fopen(path, "r") else { return [] }
        defer { unsafe fclose(file) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe fread(&block, 1, block.count, file)
            if count == 0 { break }
            text += block.prefix(count)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n")
    }
}
