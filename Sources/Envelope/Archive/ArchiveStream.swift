internal import ArchiveIO
internal import ContainerFormat
internal import FileIO

/// A tree as a pax archive with its member index, made while it is read: headers in small pieces, the
/// contents of files straight into the reader's buffer. Specification: archive-v1.
///
/// Memory: one header, the names of ``MemberWalk``, the first name of each file that has others still
/// to come, and ``MemberIndexRecorder``.
///
/// `@unchecked Sendable`: read by one thread at a time.
final class ArchiveStream: PlaintextStream, @unchecked Sendable {
    private enum Phase {
        case members
        case index(piece: Int)
        case done
    }

    /// A regular file's data on its way.
    private struct Content {
        let file: TreeFile
        let path: FilePath
        var segments: ArraySlice<Member.Segment>
        /// Of the first segment.
        var done: UInt64 = 0
        var isCutShort = false
    }

    private let walk: MemberWalk
    private let found: @Sendable (ArchiveFinding) -> Void
    private let disk: DiskAttributes
    private let names = OwnerNames()
    private let index: MemberIndexRecorder
    private var links = LinkTable()
    private var chunkByteCount: UInt64 = 0
    private var phase = Phase.members
    private var pending: ArraySlice<UInt8> = []
    private var content: Content?
    /// Of the next byte that goes out.
    private var position: UInt64 = 0

    init(_ walk: MemberWalk, found: @escaping @Sendable (ArchiveFinding) -> Void) throws {
        self.walk = walk
        self.found = found
        disk = try DiskAttributes()
        index = try MemberIndexRecorder()
    }

    var memberCount: UInt64 { index.memberCount }

    func begin(chunkByteCount: Int) { self.chunkByteCount = UInt64(chunkByteCount) }

    func read(into bytes: inout MutableRawSpan) throws -> Int {
        unsafe try bytes.withUnsafeMutableBytes { buffer in
            var filled = 0
            while filled < buffer.count {
                let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                let count: Int
                if !pending.isEmpty {
                    let part = pending.prefix(room.count)
                    unsafe room.copyBytes(from: part)
                    pending = pending.dropFirst(part.count)
                    count = part.count
                } else if content != nil {
                    count = unsafe readContent(into: room)
                } else {
                    guard try advance() else { break }
                    continue
                }
                filled += count
                position += UInt64(count)
            }
            return filled
        }
    }

    // Members.

    /// Makes the next header or piece of the index; false at the end.
    private func advance() throws -> Bool {
        switch phase {
        case .members:
            while let step = walk.next() {
                if try take(step) { return true }
            }
            pending = end()
            phase = .index(piece: 0)
        case .index(let piece) where piece < index.pieceCount:
            pending = try index.piece(piece)[...]
            phase = .index(piece: piece + 1)
        case .index:
            let end = UInt64(MemberIndexFooter.mark.count) + index.byteCount
            let footer = MemberIndexFooter(
                indexOffset: position - end, memberCount: index.memberCount)
            let padding = MemberIndexFooter.paddingByteCount(afterIndexBytes: end)
            pending = ArraySlice([UInt8](repeating: 0, count: padding) + footer.encoded)
            phase = .done
        case .done: return false
        }
        return true
    }

    /// The zero blocks that end the tar, and the mark of the index.
    ///
    /// An index that fits into one chunk is not cut by a chunk's end: whoever lists the members then
    /// reads one frame.
    private func end() -> ArraySlice<UInt8> {
        var zeros = 2 * MemberIndexFooter.blockByteCount
        let marked = UInt64(MemberIndexFooter.mark.count) + index.byteCount
        let tail =
            marked + UInt64(MemberIndexFooter.paddingByteCount(afterIndexBytes: marked))
            + UInt64(MemberIndexFooter.byteCount)
        let start = (position + zeros) % chunkByteCount
        if start > 0, start + tail > chunkByteCount, tail <= chunkByteCount {
            zeros += chunkByteCount - start
        }
        return ArraySlice([UInt8](repeating: 0, count: Int(zeros)) + MemberIndexFooter.mark)
    }

    /// Whether there is something to read now.
    private func take(_ step: MemberWalk.Step) throws -> Bool {
        switch step {
        case .failed(let path, let error): found(.unreadable(path, error))
        case .vanished(let path): found(.vanished(path))
        case .otherFileSystem(let path): found(.otherFileSystem(path))
        case .member(let found, let file, let location):
            return try take(found, file, location)
        }
        return false
    }

    private func take(
        _ tree: TreeMember, _ file: TreeFile?, _ location: FilePath
    ) throws -> Bool {
        guard var member = Member(tree) else {
            found(.socket(tree.path))
            return false
        }
        guard tree.path.bytes.count < UInt16.max, member.linkTarget.count < UInt16.max else {
            found(.nameTooLong(tree.path))
            return false
        }
        member.ownerName = names.user(tree.owner)
        member.groupName = names.group(tree.group)
        if tree.kind != .directory, let first = links.firstName(of: tree) {
            member.kind = .hardLink
            member.linkTarget = first.bytes
            member.byteCount = 0
        } else {
            let hasHoles =
                tree.kind == .regular && tree.allocatedByteCount < tree.byteCount
            if hasHoles || file?.hasNoAttributes != true {
                let isWhole = try disk.add(
                    to: &member, file: file?.number, location: location.bytes,
                    wantsHoles: hasHoles)
                if !isWhole { found(.attributesLeftOut(tree.path)) }
            }
        }
        pending = header(&member, tree.path)[...]
        try index.append(IndexedMember(member, offset: position))
        if let file, member.kind == .regular, PaxHeader.storedByteCount(member) > 0 {
            let whole = Member.Segment(offset: 0, byteCount: member.byteCount)
            let segments = (member.segments ?? [whole]).filter { $0.byteCount > 0 }
            content = Content(file: file, path: tree.path, segments: segments[...])
        }
        return true
    }

    private func header(_ member: inout Member, _ path: FilePath) -> [UInt8] {
        if let bytes = PaxHeader.encode(member) { return bytes }
        found(.attributesLeftOut(path))
        member.attributes = []
        guard let bytes = PaxHeader.encode(member) else {
            preconditionFailure("archive: a header without attributes is too long")
        }
        return bytes
    }

    // Contents.

    /// As much as the header promised, whatever became of the file.
    private func readContent(into room: UnsafeMutableRawBufferPointer) -> Int {
        guard var content, let segment = content.segments.first else {
            preconditionFailure("archive: no content")
        }
        let count = Int(min(UInt64(room.count), segment.byteCount - content.done))
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<count])
        unsafe fill(part, &content, at: segment.offset + content.done)
        content.done += UInt64(count)
        if content.done == segment.byteCount {
            content.segments.removeFirst()
            content.done = 0
        }
        self.content = content
        if content.segments.isEmpty { finish(content, after: position + UInt64(count)) }
        return count
    }

    private func fill(
        _ part: UnsafeMutableRawBufferPointer, _ content: inout Content, at offset: UInt64
    ) {
        var done = 0
        if !content.isCutShort {
            var failure: SystemError?
            do throws(SystemError) {
                done = unsafe try content.file.read(into: part, at: offset)
            } catch { failure = error }
            if done < part.count {
                content.isCutShort = true
                found(.cutShort(content.path, failure))
            }
        }
        for position in done..<part.count { unsafe part[position] = 0 }
    }

    private func finish(_ content: Content, after end: UInt64) {
        let block = MemberIndexFooter.blockByteCount
        pending = ArraySlice(repeatElement(0, count: Int((block - end % block) % block)))
        self.content = nil
        guard !content.isCutShort else { return }
        do throws(SystemError) {
            if try content.file.hasChanged() { found(.changed(content.path)) }
        } catch { found(.changed(content.path)) }
    }
}
