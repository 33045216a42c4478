internal import ContainerFormat
package import FileIO
package import KeyProviders

/// Which keys a number of containers need: the word of the containers themselves, no key is asked.
package struct Inventory: Equatable, Sendable {
    /// What one version of a key is needed for.
    package struct Need: Equatable, Sendable {
        package var fileCount: UInt64 = 0
        package var byteCount: UInt64 = 0
        /// Those that would not open for anybody without it.
        package var onlyFileCount: UInt64 = 0
        package var onlyByteCount: UInt64 = 0

        static func += (sum: inout Need, need: Need) {
            sum.fileCount += need.fileCount
            sum.byteCount += need.byteCount
            sum.onlyFileCount += need.onlyFileCount
            sum.onlyByteCount += need.onlyByteCount
        }
    }

    package private(set) var containerCount: UInt64 = 0
    package private(set) var byteCount: UInt64 = 0
    package private(set) var needs: [KeyUse: Need] = [:]

    package init() {}

    /// What a tree's file adds to an inventory.
    package struct Entry: Sendable {
        fileprivate let byteCount: UInt64
        fileprivate let uses: [(key: KeyUse, isOnly: Bool)]
    }

    package mutating func add(_ entry: Entry) {
        containerCount += 1
        byteCount += entry.byteCount
        for use in entry.uses {
            needs[use.key, default: Need()] += Need(
                fileCount: 1, byteCount: entry.byteCount, onlyFileCount: use.isOnly ? 1 : 0,
                onlyByteCount: use.isOnly ? entry.byteCount : 0)
        }
    }

    /// Other containers.
    package mutating func add(_ other: Inventory) {
        containerCount += other.containerCount
        byteCount += other.byteCount
        for (key, need) in other.needs { needs[key, default: Need()] += need }
    }

    /// A container's entry, in nearly every case by one read.
    ///
    /// nil for a file that is none, unless its name says that it should be one or `isNamed`: then it
    /// is an error.
    package static func entry(_ path: FilePath, isNamed: Bool) throws -> Entry? {
        guard !ContainerMark.isByproduct(path) || isNamed else { return nil }
        guard let head = try FileHead.read(path, byteCount: firstRead) else {
            guard isNamed else { return nil }
            return try wholeEntry(path)
        }
        guard ContainerMark.begins(head.bytes) else {
            guard isNamed || ContainerMark.isPromised(path) else { return nil }
            return try wholeEntry(path)
        }
        guard let header = try header(head.bytes) else { return try wholeEntry(path) }
        return Entry(header.stanzas, byteCount: head.byteCount)
    }

    /// A header with room to grow, and what follows it up to the first frame.
    private static let firstRead = HeaderDraft.roomyByteCount + Preamble.byteCount

    /// Nothing where more of the file has to be read, or it is a text.
    private static func header(_ bytes: [UInt8]) throws -> UnverifiedHeader? {
        guard bytes.starts(with: UnverifiedHeader.magic) else { return nil }
        let prefix = Array(bytes.prefix(UnverifiedHeader.prefixByteCount))
        let end = try UnverifiedHeader.byteCount(prefix: prefix)
        guard end + Preamble.byteCount <= bytes.count else { return nil }
        let header = try UnverifiedHeader(bytes: Array(bytes[..<end]))
        _ = try Preamble.parse(Array(bytes[end..<end + Preamble.byteCount]))
        return header
    }

    /// A container with a large header, an armored one, or the error that somebody else's file is.
    private static func wholeEntry(_ path: FilePath) throws -> Entry {
        let input = try InputFile(path: path)
        let report = try Inspection().run(input)
        guard case .regular(let byteCount) = input.kind else {
            throw FileError.notRegular(.path(path))
        }
        return Entry(report.stanzas, byteCount: byteCount)
    }
}

extension Inventory.Entry {
    fileprivate init(_ stanzas: [Stanza], byteCount: UInt64) {
        self.byteCount = byteCount
        let keys = stanzas.flatMap(\.keyUses)
        // Several wraps of one key are one need.
        let distinct = keys.count == 1 ? keys : Array(Set(keys))
        uses = distinct.map { key in
            (key, !stanzas.contains { $0.opens(without: key) })
        }
    }
}
