import Testing

@testable import ContainerFormat

@Suite struct MetadataTests {
    private static func metadata(name: [UInt8]?) -> Metadata {
        var metadata = Metadata()
        metadata.name = name
        return metadata
    }

    @Test("What is written is what is read")
    func roundTrip() throws {
        var metadata = Metadata()
        #expect(metadata.encoded == [])
        #expect(try Metadata(encoded: []) == metadata)
        metadata.name = Array("näme".utf8)
        metadata.modificationTime = -1
        metadata.contentType = Array("text/plain".utf8)
        metadata.isArchive = true
        #expect(try Metadata(encoded: metadata.encoded) == metadata)
        metadata.modificationTime = .min
        #expect(try Metadata(encoded: metadata.encoded) == metadata)
    }

    @Test("R36: a name that leads elsewhere, or draws on a terminal, is refused")
    func badNames() {
        var bad: [[UInt8]?] = [nil, [], [0xFF], [UInt8](repeating: 97, count: 256)]
        for text in [
            ".", "..", "/", "/etc/passwd", "a/b", "../x", "a/", "./a", "a\0b", "\0", "a\nb", "\r",
            "\u{1B}[2J", "\u{7F}", "\u{80}", "\u{9B}31m", "\u{9F}", "\t",
        ] { bad.append(Array(text.utf8)) }
        for name in bad {
            #expect(throws: ContainerError.metadata, "\(name ?? [])") {
                try Self.metadata(name: name).restorableName()
            }
        }
    }

    @Test("R36: a name that is only unusual is restored as it is")
    func goodNames() throws {
        for text in [
            "a", "...", "..a", ".hidden", "a b", "ä", "名前", "-rf", "a\\b", "\u{A0}", "CON",
        ] {
            let name = Array(text.utf8)
            #expect(try Self.metadata(name: name).restorableName() == name)
        }
        let long = [UInt8](repeating: 97, count: 255)
        #expect(try Self.metadata(name: long).restorableName() == long)
    }

    @Test(
        "R36: no field could carry mode bits: an unknown one is not supported, an ignorable one is ignored"
    )
    func unknownFields() throws {
        func field(_ tag: UInt16, _ value: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: tag)
            bytes.append(bigEndian: UInt16(value.count))
            return bytes + value
        }
        for tag: UInt16 in [0, 5, 6, 0x1000, 0x7FFF] {
            #expect(throws: ContainerError.unsupported(.metadataField(tag: tag))) {
                try Metadata(encoded: field(tag, [7, 7]))
            }
        }
        for tag: UInt16 in [0x8000, 0xFFFF] {
            #expect(try Metadata(encoded: field(tag, [7])) == Metadata())
        }
        let malformed = [
            field(2, [UInt8](repeating: 0, count: 7)), field(2, [UInt8](repeating: 0, count: 9)),
            field(1, [0xFF]), field(3, [0xC0, 0x80]), field(4, []), field(4, [1, 1]),
            field(1, [97]) + field(1, [97]), field(3, []) + field(1, []),
            field(0x8000, []) + field(0x8000, []), [0], [0, 1], [0, 1, 0], [0, 1, 0, 5, 97],
        ]
        for bytes in malformed {
            #expect(throws: ContainerError.frame(.metadata, at: .metadata)) {
                try Metadata(encoded: bytes)
            }
        }
        #expect(throws: ContainerError.unsupported(.metadataField(tag: 4))) {
            try Metadata(encoded: field(4, [2]))
        }
    }
}
