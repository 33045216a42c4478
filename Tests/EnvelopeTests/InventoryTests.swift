import ContainerFormat
import FileIO
import KeyProviders
import Testing

@testable import Envelope

/// Which keys containers need.
@Suite struct InventoryTests {
    private func use(_ name: String) -> KeyUse {
        KeyUse(Stanza(type: .keyFile, keyID: Array(name.utf8), body: []))
    }

    /// The inventory of one file.
    private func inventory(_ bytes: [UInt8], isNamed: Bool = true) throws -> Inventory {
        try Scratch.withFile(bytes) { path in
            var inventory = Inventory()
            if let entry = try Inventory.entry(path, isNamed: isNamed) { inventory.add(entry) }
            return inventory
        }
    }

    @Test("Files and bytes are counted by key, and those that nothing else opens")
    func counts() throws {
        let (a, b) = (try TestKeys.file("a"), try TestKeys.file("b"))
        let containers = [
            try Container(Bytes.text(10), to: [a]), try Container(Bytes.text(9000), to: [a, b]),
        ]
        var all = Inventory()
        for container in containers { all.add(try inventory(container.bytes)) }
        let sizes = containers.map { UInt64($0.bytes.count) }
        #expect(all.containerCount == 2 && all.byteCount == sizes[0] + sizes[1])
        #expect(
            all.needs[use("a")]
                == .init(
                    fileCount: 2, byteCount: sizes[0] + sizes[1], onlyFileCount: 1,
                    onlyByteCount: sizes[0]))
        #expect(
            all.needs[use("b")]
                == .init(fileCount: 1, byteCount: sizes[1], onlyFileCount: 0, onlyByteCount: 0))
    }

    @Test("A header of any length is read, and an armored one", arguments: [1, 100, 8000, 60_000])
    func headers(nameByteCount: Int) throws {
        let key = try KeyFile(
            name: "k", key: Bytes.wrappingKey(TestKeys.bytes("k")),
            keyID: [UInt8](repeating: UInt8(ascii: "n"), count: nameByteCount))
        for armor in [false, true] {
            let made = try Container(Bytes.text(9000), to: [key]) { $0.armor = armor }
            #expect(try inventory(made.bytes, isNamed: false).containerCount == 1)
        }
    }

    @Test("Every published container is counted or refused as inspection does it")
    func vectors() throws {
        var seen = 0
        for name in VectorFolder.names {
            let vector = try Vector(name)
            let (mine, theirs) = try Scratch.withFile(vector.container()) { path in
                (
                    Result { try Inventory.entry(path, isNamed: true) },
                    Result { try Inspection().run(InputFile(path: path)) }
                )
            }
            seen += 1
            switch (mine, theirs) {
            case (.success(let entry), .success): #expect(entry != nil, "\(vector.name)")
            case (.failure(let mine), .failure(let theirs)):
                #expect(Outcome.code(of: mine) == Outcome.code(of: theirs), "\(vector.name)")
            default: Issue.record("\(vector.name): \(mine), \(theirs)")
            }
        }
        #expect(seen > 100)
    }

    @Test("Members of a group are needed by none of them alone, the key of a batch is")
    func composites() throws {
        for (name, keyCount, onlyCount) in [("V-48-threshold-2-of-3", 3, 0), ("V-49-batch", 1, 1)] {
            let found = try inventory(Vector(name).container())
            #expect(found.needs.count == keyCount, "\(name)")
            #expect(found.needs.values.allSatisfy { $0.fileCount == 1 })
            #expect(found.needs.values.count { $0.onlyFileCount == 1 } == onlyCount, "\(name)")
        }
        #expect(try inventory(Vector("V-49-batch").container()).needs.keys.first?.type == "aws-kms")
    }

    @Test("Other files of a tree are passed over, and named they are an error")
    func others() throws {
        for bytes in [[], [1, 2, 3], Bytes.noise(9000)] as [[UInt8]] {
            #expect(try inventory(bytes, isNamed: false).containerCount == 0)
            #expect(throws: (any Error).self) { try inventory(bytes) }
        }
    }

    @Test("A container is known by its name or its beginning, a saved header is none")
    func marks() throws {
        let container = try Container(Bytes.text(10), to: [try TestKeys.file("a")])
        let files: [(name: String, bytes: [UInt8], isContainer: Bool)] = [
            ("plain", container.bytes, true),
            ("text", Armor.byteOrderMark + Armor.beginLine, true), ("bad.coffer", [1, 2, 3], true),
            ("other", [1, 2, 3], false), ("empty", [], false),
            ("x.coffer-header", container.header, false),
            (".x.0123456789ab.coffer-tmp", container.bytes, false),
        ]
        for file in files {
            let found = try Scratch.withFolder { folder in
                let path = folder.appending(component: file.name)
                try Scratch.write(file.bytes, to: path)
                return try ContainerMark.isContainer(path)
            }
            #expect(found == file.isContainer, "\(file.name)")
        }
    }
}
