internal import ArchiveIO
package import ContainerFormat
package import FileIO
package import KeyProviders

/// The members of an archive container, by its index, and single ones of them: only the frames that
/// are needed are read.
///
/// As with every range, what the index says is authentic, and that it fits the tar only a whole
/// reading shows; a member that is extracted is compared with it.
package final class ArchiveCatalog {
    private var frames: IndexedFrames
    private let footer: MemberIndexFooter
    private let outputLimit: UInt64?
    package let memberCount: UInt64

    /// Opens the container.
    ///
    /// - Throws: ``EnvelopeError/notAnArchive(_:)``, and what reading a range does.
    package init(
        _ input: InputFile, keys: [any KeyProvider], options: DecryptionOptions
    ) throws {
        guard input.isRegularFile else { throw EnvelopeError.notSeekable(input.name) }
        let unlocked = try ContainerOpener(
            opener: StanzaOpener(providers: keys, requiredType: options.requiredRecipientType),
            options: options
        ).open(input)
        guard !unlocked.container.source.isArmored else {
            throw EnvelopeError.isArmored(input.name)
        }
        var reader = try FrameReader(unlocked, engine: options.engine)
        guard reader.sequence.expectsMetadata,
            try Metadata(encoded: try reader.next()).isArchive
        else { throw EnvelopeError.notAnArchive(input.name) }
        var frames = try IndexedFrames(unlocked, engine: options.engine)
        footer = try Self.readFooter(&frames)
        memberCount = footer.memberCount
        outputLimit = options.outputLimit
        self.frames = frames
    }

    private static func readFooter(_ frames: inout IndexedFrames) throws -> MemberIndexFooter {
        let end = frames.trailer.plaintextByteCount
        var bytes: [UInt8] = []
        let start = end - min(end, UInt64(MemberIndexFooter.byteCount))
        try frames.read(start..<end) { part in
            unsafe part.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return try MemberIndexFooter(bytes, plaintextByteCount: end)
    }

    /// Calls `body` for each member, in the order of the archive.
    package func readMembers(_ body: (IndexedMember) throws -> Void) throws {
        var decoder = MemberIndexDecoder(
            footer, plaintextByteCount: frames.trailer.plaintextByteCount)
        try frames.read(decoder.range) { part in
            // In pieces, so that an unfinished entry at the end costs little to keep.
            for start in stride(from: 0, to: part.byteCount, by: 64 << 10) {
                let piece = part.extracting(start..<min(part.byteCount, start + 64 << 10))
                decoder.append(unsafe piece.withUnsafeBytes { unsafe Array($0) })
                while let member = try decoder.next() { try body(member) }
            }
        }
        try decoder.finish()
    }

    /// The members that `names` mean, with what is below them, and which names mean nothing.
    package func find(
        _ names: [[UInt8]]
    ) throws -> (selection: MemberSelection, missing: [[UInt8]]) {
        var missing = Set(names)
        var selection = MemberSelection(tarEnd: footer.indexOffset)
        try readMembers { member in
            let name = names.first { MemberPath.isOrIsBelow(member.path, $0) }
            if let name { missing.remove(name) }
            selection.see(member, isWanted: name != nil)
        }
        selection.finish()
        if selection.needsFirstNames {
            try readMembers { selection.seeAgain($0) }
            selection.finish()
        }
        return (selection, names.filter(missing.contains))
    }

    /// Restores the members of `selection` into `folder`.
    package func extract(
        _ selection: MemberSelection, into folder: StagingFolder, options: RestoreOptions,
        refuse: @escaping @Sendable (RestoreRefusal) -> Void
    ) throws -> RestoreReport {
        let total = selection.ranges.reduce(UInt64(0)) { $0 + UInt64($1.count) }
        if let outputLimit, total > outputLimit {
            throw ContainerError.limit(.output(bytes: outputLimit))
        }
        let input = SelectionInput(
            selection.ranges, chunkByteCount: frames.chunkByteCount
        ) { [self] range, body in try frames.read(range, body) }
        let reader = try ArchiveReader(input)
        var expected = selection.choices[...]
        let report = try folder.asWorkingDirectory { isOwn in
            let restorer = try MemberRestorer(
                folder, options, usesThreads: isOwn, refuse: refuse)
            return try restorer.restore(reader) { entry in
                guard let next = expected.popFirst(), entry.path == next.storedPath else {
                    throw MemberIndexError.entry(number: 0)
                }
                if let link = next.linkTarget { entry.setHardLink(link) }
                return next.path
            }
        }
        guard expected.isEmpty else { throw MemberIndexError.entry(number: 0) }
        return report
    }
}
