internal import ContainerFormat
internal import FileIO

/// Where the bytes of a container go, in order: as they are, or as text.
final class ContainerSink {
    private let output: OutputFile
    private let isArmored: Bool
    /// Whether what is written goes out in few large pieces.
    private let isGathering: Bool
    private static let gatheredByteCount = 256 << 10
    private var gathered: [UInt8] = []
    /// Less than one line of armor.
    private var pending: [UInt8] = []
    private(set) var byteCount: UInt64 = 0

    /// - Parameter gathering: one call for a small container, where a call costs more than a copy.
    init(_ output: OutputFile, armor: Bool, gathering: Bool = false) throws {
        self.output = output
        isArmored = armor
        isGathering = gathering
        if armor { try put(Armor.beginLine + [UInt8(ascii: "\n")]) }
    }

    func write(_ bytes: [UInt8]) throws { unsafe try write(bytes.span.bytes) }

    func write(_ bytes: RawSpan) throws {
        guard !isArmored else { return try armor(bytes) }
        byteCount += UInt64(bytes.byteCount)
        guard !isGathering else { return try gather(bytes) }
        try output.write(bytes)
    }

    /// A frame: its word and its body, in one call.
    func write(_ word: RawSpan, _ body: RawSpan) throws {
        guard !isArmored else {
            try armor(word)
            return try armor(body)
        }
        byteCount += UInt64(word.byteCount + body.byteCount)
        guard !isGathering else {
            try gather(word)
            return try gather(body)
        }
        try output.write(word, body)
    }

    func finish() throws {
        guard isArmored else { return try flush() }
        if !pending.isEmpty { try put(Armor.encodeLine(pending[...])) }
        pending = []
        try put(Armor.endLine + [UInt8(ascii: "\n")])
    }

    private func gather(_ bytes: RawSpan) throws {
        unsafe bytes.withUnsafeBytes { unsafe gathered.append(contentsOf: $0) }
        if gathered.count >= Self.gatheredByteCount { try flush() }
    }

    private func flush() throws {
        if !gathered.isEmpty { try output.write(gathered) }
        gathered.removeAll(keepingCapacity: true)
    }

    private func armor(_ bytes: RawSpan) throws {
        unsafe bytes.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
        var text: [UInt8] = []
        var start = 0
        while pending.count - start >= Armor.lineByteCount {
            text += Armor.encodeLine(pending[start..<start + Armor.lineByteCount])
            start += Armor.lineByteCount
        }
        pending.removeFirst(start)
        if !text.isEmpty { try put(text) }
    }

    private func put(_ text: [UInt8]) throws {
        byteCount += UInt64(text.count)
        unsafe try output.write(text.span.bytes)
    }
}
