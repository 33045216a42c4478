import Foundation
import Testing

@testable import ContainerFormat

/// The member index of archives, by its specification's vectors and by what else bytes can be.
@Suite struct MemberIndexTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Formats/vectors-archive")

    static let names: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.wholeMatch(of: #/[A-Z]-.*/#) != nil }.sorted()
    }()

    private struct Vector {
        let expect: String
        let members: [String]
        let plaintext: [UInt8]

        init(_ name: String) throws {
            let data = [UInt8](
                try Data(contentsOf: MemberIndexTests.folder.appendingPathComponent(name)))
            let end = try #require(
                zip(data, data.dropFirst()).enumerated().first { $1 == (10, 10) }?.offset)
            let lines = String(decoding: data[..<end], as: UTF8.self).split(separator: "\n")
            func all(_ key: String) -> [String] {
                lines.filter { $0.hasPrefix(key + ": ") }.map {
                    String($0.dropFirst(key.count + 2))
                }
            }
            expect = try #require(all("expect").first)
            members = all("member")
            plaintext = Array(data[(end + 2)...])
        }
    }

    @Test("The vectors are there") func present() { #expect(Self.names.count >= 48) }

    @Test("A vector has its one answer, however the index is cut in pieces", arguments: names)
    func vector(_ name: String) throws {
        let vector = try Vector(name)
        for step in [1 << 20, 65537, 512] {
            let (members, fault) = Self.decode(vector.plaintext, step: step)
            #expect(fault == (vector.expect == "ok" ? nil : vector.expect), "\(step)")
            if fault == nil { #expect(members.map(Self.line) == vector.members) }
        }
    }

    @Test("What is encoded is what was read", arguments: names.filter { $0.hasPrefix("V-") })
    func encoding(_ name: String) throws {
        let vector = try Vector(name)
        let (members, _) = Self.decode(vector.plaintext, step: 4096)
        let footer = try MemberIndexFooter(
            Array(vector.plaintext.suffix(16)), plaintextByteCount: UInt64(vector.plaintext.count))
        var index = MemberIndexFooter.mark + members.flatMap(\.encoded)
        index += [UInt8](
            repeating: 0,
            count: MemberIndexFooter.paddingByteCount(afterIndexBytes: UInt64(index.count)))
        #expect(index + footer.encoded == Array(vector.plaintext[Int(footer.indexOffset)...]))
    }

    @Test("No changed byte of an index makes a decoder trap, or a name lead out")
    func changes() throws {
        let plaintext = try Vector("V-01-every-type").plaintext
        let footer = try MemberIndexFooter(
            Array(plaintext.suffix(16)), plaintextByteCount: UInt64(plaintext.count))
        var refused = 0
        for position in Int(footer.indexOffset)..<plaintext.count {
            for value in [0, 1, 0x2E, 0x2F, 0x7F, 0x80, 0xFF] as [UInt8] {
                var changed = plaintext
                changed[position] = value
                let (members, fault) = Self.decode(changed, step: 100)
                for member in members { #expect(MemberPath.isContained(member.path)) }
                if fault != nil { refused += 1 }
            }
        }
        #expect(refused > 1000)
    }

    @Test(
        "A name is contained only when it stays below",
        arguments: ["a", "a/b", ".", "..a", "a/..b"])
    func contained(_ name: String) { #expect(MemberPath.isContained(Array(name.utf8))) }

    @Test(
        "A name that leads out, or is none, is not",
        arguments: [
            "", "/", "/a", "..", "a/..", "../a", "a/../b", "./a", "a/.", "a//b", "a/", "a\0",
        ])
    func notContained(_ name: String) { #expect(!MemberPath.isContained(Array(name.utf8))) }

    private static func decode(
        _ plaintext: [UInt8], step: Int
    ) -> (members: [IndexedMember], fault: String?) {
        var members: [IndexedMember] = []
        do throws(MemberIndexError) {
            let footer = try MemberIndexFooter(
                Array(plaintext.suffix(16)), plaintextByteCount: UInt64(plaintext.count))
            var decoder = MemberIndexDecoder(footer, plaintextByteCount: UInt64(plaintext.count))
            let index = plaintext[Int(decoder.range.lowerBound)..<Int(decoder.range.upperBound)]
            for start in stride(from: index.startIndex, to: index.endIndex, by: step) {
                decoder.append(index[start..<min(start + step, index.endIndex)])
                while let member = try decoder.next() { members.append(member) }
            }
            try decoder.finish()
            return (members, nil)
        } catch {
            switch error {
            case .footer: return (members, "footer")
            case .mark: return (members, "mark")
            case .entry: return (members, "entry")
            case .padding: return (members, "padding")
            }
        }
    }

    private static func line(_ member: IndexedMember) -> String {
        func hex(_ bytes: [UInt8]) -> String {
            bytes.isEmpty
                ? "-"
                : bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        let nanoseconds = String(member.nanoseconds)
        let zeros = String(repeating: "0", count: 9 - nanoseconds.count)
        return [
            String(member.offset), String(decoding: [member.kind.rawValue], as: UTF8.self),
            String(member.mode, radix: 8), String(member.owner), String(member.group),
            String(member.byteCount), "\(member.seconds).\(zeros)\(nanoseconds)",
            hex(member.path), hex(member.linkTarget), hex(member.ownerName), hex(member.groupName),
        ].joined(separator: " ")
    }
}
