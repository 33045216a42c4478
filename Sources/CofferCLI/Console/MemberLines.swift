import ContainerFormat
import FileIO

/// One line for each member of an archive, written in large pieces.
struct MemberLines {
    private static let pieceByteCount = 64 << 10

    private let isLong: Bool
    private let isJSON: Bool
    private var text = ""

    init(isLong: Bool, isJSON: Bool) {
        self.isLong = isLong
        self.isJSON = isJSON
    }

    mutating func append(_ member: IndexedMember) throws(FileError) {
        if isJSON {
            text += Self.json(member).encoded
        } else {
            if isLong { text += Self.details(member) + " " }
            text += Self.name(member, isLong: isLong)
        }
        text += "\n"
        if text.utf8.count >= Self.pieceByteCount { try flush() }
    }

    mutating func flush() throws(FileError) {
        if !text.isEmpty { try StandardStreams.writeOutput(text) }
        text = ""
    }

    private static func name(_ member: IndexedMember, isLong: Bool) -> String {
        let name = shown(member.path) + (member.kind == .directory ? "/" : "")
        guard isLong else { return name }
        return switch member.kind {
        case .symbolicLink: "\(name) -> \(shown(member.linkTarget))"
        case .hardLink: "\(name) link to \(shown(member.linkTarget))"
        case .regular, .characterDevice, .blockDevice, .directory, .fifo: name
        }
    }

    /// Most names need no escapes, and finding that out is quick.
    private static func shown(_ name: [UInt8]) -> String {
        let isPlain = name.allSatisfy { $0 > 0x1F && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        return isPlain ? String(decoding: name, as: UTF8.self) : Escaped.bytes(name)
    }

    /// As `tar tv` shows them, with times in UTC.
    private static func details(_ member: IndexedMember) -> String {
        func owner(_ name: [UInt8], _ number: UInt32) -> String {
            name.isEmpty ? String(number) : shown(name)
        }
        let owners =
            owner(member.ownerName, member.owner) + "/" + owner(member.groupName, member.group)
        let size = String(member.byteCount)
        let width = max(0, 22 - owners.utf8.count - size.utf8.count)
        return "\(mode(member)) \(owners) \(String(repeating: " ", count: width))\(size) "
            + time(member.seconds)
    }

    private static func mode(_ member: IndexedMember) -> String {
        let bits = Array("rwxrwxrwx".utf8)
        var text: [UInt8] = [letter(member.kind)]
        for (position, letter) in bits.enumerated() {
            let isSet = member.mode & (0o400 >> UInt16(position)) != 0
            text.append(isSet ? letter : UInt8(ascii: "-"))
        }
        func mark(_ bit: UInt16, _ position: Int, _ set: String, _ alone: String) {
            guard member.mode & bit != 0 else { return }
            let isExecutable = text[position] == UInt8(ascii: "x")
            text[position] = Array((isExecutable ? set : alone).utf8)[0]
        }
        mark(0o4000, 3, "s", "S")
        mark(0o2000, 6, "s", "S")
        mark(0o1000, 9, "t", "T")
        return String(decoding: text, as: UTF8.self)
    }

    private static func letter(_ kind: IndexedMember.Kind) -> UInt8 {
        switch kind {
        case .regular: UInt8(ascii: "-")
        case .hardLink: UInt8(ascii: "h")
        case .symbolicLink: UInt8(ascii: "l")
        case .characterDevice: UInt8(ascii: "c")
        case .blockDevice: UInt8(ascii: "b")
        case .directory: UInt8(ascii: "d")
        case .fifo: UInt8(ascii: "p")
        }
    }

    private static func time(_ seconds: Int64) -> String {
        MemberTime(seconds: seconds).text
    }

    private static func json(_ member: IndexedMember) -> JSONValue {
        let kind =
            switch member.kind {
            case .regular: "file"
            case .hardLink: "hard_link"
            case .symbolicLink: "symbolic_link"
            case .characterDevice: "character_device"
            case .blockDevice: "block_device"
            case .directory: "directory"
            case .fifo: "fifo"
            }
        var members: [(String, JSONValue)] = [
            ("name", .path(FilePath(bytes: member.path))), ("kind", .text(kind)),
            ("bytes", .number(member.byteCount)),
            ("mode", .text(String(member.mode, radix: 8))),
            ("owner", .number(UInt64(member.owner))), ("group", .number(UInt64(member.group))),
            ("owner_name", .path(FilePath(bytes: member.ownerName))),
            ("group_name", .path(FilePath(bytes: member.groupName))),
            ("mtime", .signed(member.seconds)),
            ("mtime_ns", .number(UInt64(member.nanoseconds))),
        ]
        if !member.linkTarget.isEmpty {
            members.append(("target", .path(FilePath(bytes: member.linkTarget))))
        }
        return .object(members)
    }
}
