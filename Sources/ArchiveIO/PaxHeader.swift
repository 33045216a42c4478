/// Writes the blocks before a member's content: a pax extended header for what ustar cannot say, and
/// a ustar header. Specification: archive-v1, 2.
///
/// Written here and not by libarchive, whose pax writer links every other format, and whose headers
/// make GNU tar warn of each file.
package struct PaxHeader {
    package static let blockByteCount = 512

    /// More than libarchive reads back of one extended header.
    package static let largestExtendedByteCount = 1 << 20

    private let member: Member
    private var records: [UInt8] = []

    /// All blocks of `member`, with the map of a sparse file, or nil where it has more attributes
    /// than fit.
    package static func encode(_ member: Member) -> [UInt8]? {
        var header = PaxHeader(member)
        return header.blocks()
    }

    private init(_ member: Member) { self.member = member }

    private mutating func blocks() -> [UInt8]? {
        var path = member.path
        if member.kind == .directory, path.last != UInt8(ascii: "/") {
            path.append(UInt8(ascii: "/"))
        }
        let names = [path, member.linkTarget, member.ownerName, member.groupName]
        let isForeign = names.contains { $0.contains { $0 >= 0x80 } }
        // Records are UTF-8, unless they say that they are not; GNU tar warns of those that do.
        if isForeign, !names.allSatisfy({ String(validating: $0, as: UTF8.self) != nil }) {
            record("hdrcharset", Array("BINARY".utf8))
        }
        let map = member.segments.map(Self.sparseMap)
        if map != nil {
            record("GNU.sparse.major", 1)
            record("GNU.sparse.minor", 0)
            record("GNU.sparse.name", path)
            record("GNU.sparse.realsize", member.byteCount)
        } else if path.count > 100 || isForeign {
            record("path", path)
        }
        if member.linkTarget.count > 100 || isForeign, !member.linkTarget.isEmpty {
            record("linkpath", member.linkTarget)
        }
        let stored = (map.map { UInt64($0.count) } ?? 0) + Self.storedByteCount(member)
        if stored > Self.largestOctal(12) { record("size", stored) }
        if UInt64(member.owner) > Self.largestOctal(8) { record("uid", UInt64(member.owner)) }
        if UInt64(member.group) > Self.largestOctal(8) { record("gid", UInt64(member.group)) }
        if member.ownerName.count > 31 || isForeign { record("uname", member.ownerName) }
        if member.groupName.count > 31 || isForeign { record("gname", member.groupName) }
        if let time = time { record("mtime", time) }
        for attribute in member.attributes {
            record(Array("SCHILY.xattr.".utf8) + attribute.name, attribute.value)
        }
        if !member.accessACL.isEmpty { record("SCHILY.acl.access", member.accessACL) }
        if !member.defaultACL.isEmpty { record("SCHILY.acl.default", member.defaultACL) }
        guard records.count <= Self.largestExtendedByteCount else { return nil }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * Self.blockByteCount)
        if !records.isEmpty {
            ustar(
                Self.plain("PaxHeaders/", path), flag: UInt8(ascii: "x"),
                byteCount: UInt64(records.count), isExtension: true, to: &bytes)
            bytes += records
            Self.pad(&bytes)
        }
        let name = map == nil ? path : Self.plain("GNUSparseFile.0/", path)
        ustar(name, flag: member.kind.rawValue, byteCount: stored, isExtension: false, to: &bytes)
        if let map { bytes += map }
        return bytes
    }

    /// How many bytes of content stand behind the header, without a sparse file's map.
    package static func storedByteCount(_ member: Member) -> UInt64 {
        member.segments?.reduce(0) { $0 + $1.byteCount } ?? member.byteCount
    }

    /// Fills the last block with zeros.
    package static func pad(_ bytes: inout [UInt8]) {
        let rest = bytes.count % blockByteCount
        if rest > 0 { bytes += [UInt8](repeating: 0, count: blockByteCount - rest) }
    }

    /// Decimal numbers, one a line: how many segments, then offset and length of each; in whole
    /// blocks. GNU tar's sparse format 1.0.
    private static func sparseMap(_ segments: [Member.Segment]) -> [UInt8] {
        var text = "\(segments.count)\n"
        for segment in segments { text += "\(segment.offset)\n\(segment.byteCount)\n" }
        var bytes = Array(text.utf8)
        pad(&bytes)
        return bytes
    }

    /// A name for programs that know no pax headers, at most 100 bytes.
    private static func plain(_ prefix: String, _ path: [UInt8]) -> [UInt8] {
        let name = path.dropLast(path.last == UInt8(ascii: "/") ? 1 : 0)
        let slash = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return Array(prefix.utf8) + name[slash...].prefix(100 - prefix.utf8.count)
    }

    /// Seconds and nanoseconds, where ustar's whole seconds since 1970 do not say it.
    private var time: [UInt8]? {
        guard
            member.nanoseconds != 0 || member.seconds < 0
                || UInt64(member.seconds) > Self.largestOctal(12)
        else { return nil }
        var seconds = member.seconds
        var nanoseconds = member.nanoseconds
        // -1.25 is 750,000,000 ns after -2 s.
        let isNegative = seconds < 0 && nanoseconds > 0
        if isNegative {
            seconds += 1
            nanoseconds = 1_000_000_000 - nanoseconds
        }
        var text = "\(seconds)"
        if nanoseconds > 0 {
            let digits = String(nanoseconds)
            text += "." + String(repeating: "0", count: 9 - digits.utf8.count) + digits
        }
        return Array(text.utf8)
    }

    // Records: length, blank, keyword, =, value, line end; the length counts itself.

    private mutating func record(_ keyword: String, _ number: UInt64) {
        record(keyword, Array(String(number).utf8))
    }

    private mutating func record(_ text: String, _ value: [UInt8]) {
        record(Array(text.utf8), value)
    }

    private mutating func record(_ keyword: [UInt8], _ value: [UInt8]) {
        let rest = keyword.count + value.count + 3
        var count = rest + 1
        while rest + String(count).utf8.count != count { count = rest + String(count).utf8.count }
        records += Array(String(count).utf8)
        records.append(UInt8(ascii: " "))
        records += keyword
        records.append(UInt8(ascii: "="))
        records += value
        records.append(UInt8(ascii: "\n"))
    }

    // ustar.

    private func ustar(
        _ name: [UInt8], flag: UInt8, byteCount: UInt64, isExtension: Bool,
        to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: Self.blockByteCount)
        func put(_ value: some Collection<UInt8>, _ offset: Int, _ width: Int) {
            var position = start + offset
            for byte in value.prefix(width) {
                bytes[position] = byte
                position += 1
            }
        }
        func number(_ value: UInt64, _ offset: Int, _ width: Int) {
            var position = start + offset + width - 2
            var rest = min(value, Self.largestOctal(width))
            while position >= start + offset {
                bytes[position] = UInt8(ascii: "0") + UInt8(rest & 7)
                rest >>= 3
                position -= 1
            }
        }
        put(name, 0, 100)
        number(UInt64(isExtension ? 0o600 : member.mode), 100, 8)
        number(isExtension ? 0 : UInt64(member.owner), 108, 8)
        number(isExtension ? 0 : UInt64(member.group), 116, 8)
        number(byteCount, 124, 12)
        number(isExtension ? 0 : UInt64(max(0, member.seconds)), 136, 12)
        put([flag], 156, 1)
        put("ustar\u{0}00".utf8, 257, 8)
        if !isExtension {
            put(member.linkTarget, 157, 100)
            put(member.ownerName, 265, 31)
            put(member.groupName, 297, 31)
            if member.kind == .characterDevice || member.kind == .blockDevice {
                number(UInt64(member.device.major), 329, 8)
                number(UInt64(member.device.minor), 337, 8)
            }
        }
        put(repeatElement(UInt8(ascii: " "), count: 8), 148, 8)
        let sum = bytes[start...].reduce(0) { $0 + UInt64($1) }
        number(sum, 148, 7)
        bytes[start + 154] = 0
        bytes[start + 155] = UInt8(ascii: " ")
    }

    /// What `width - 1` octal digits hold.
    private static func largestOctal(_ width: Int) -> UInt64 { 1 << (3 * UInt64(width - 1)) - 1 }
}
