internal import ContainerFormat

/// Some members of an archive, and where they stand in its plaintext.
package struct MemberSelection: Sendable {
    struct Choice: Sendable {
        /// What the tar calls it.
        let storedPath: [UInt8]
        /// What it is restored as: another name of the same file, where the first is not wanted.
        let path: [UInt8]
        /// Of a hard link: which of the chosen names it links to.
        let linkTarget: [UInt8]?
        var range: Range<UInt64>
    }

    private let tarEnd: UInt64
    private(set) var choices: [Choice] = []
    private var paths: Set<[UInt8]> = []
    /// First names that are not wanted, and the wanted ones that stand for them.
    private var substitutes: [[UInt8]: [UInt8]] = [:]
    /// Whether the end of the last choice is still to be seen.
    private var isOpen = false

    init(tarEnd: UInt64) { self.tarEnd = tarEnd }

    var needsFirstNames: Bool { !substitutes.isEmpty }

    /// Takes note of each member in turn.
    mutating func see(_ member: IndexedMember, isWanted: Bool) {
        close(at: member.offset)
        guard isWanted else { return }
        paths.insert(member.path)
        guard member.kind == .hardLink else { return choose(member, as: member.path) }
        let target = member.linkTarget
        if paths.contains(target) {
            choose(member, as: member.path, linkTarget: target)
        } else if let substitute = substitutes[target] {
            choose(member, as: member.path, linkTarget: substitute)
        } else {
            substitutes[target] = member.path
        }
    }

    /// Takes note of each member in a second turn, which finds the contents of hard links.
    mutating func seeAgain(_ member: IndexedMember) {
        close(at: member.offset)
        if member.kind != .hardLink, let path = substitutes[member.path] {
            choose(member, as: path)
        }
    }

    mutating func finish() {
        close(at: tarEnd)
        choices.sort { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// What to read, neighbours joined.
    var ranges: [Range<UInt64>] {
        choices.reduce(into: []) { ranges, choice in
            if let last = ranges.last, last.upperBound == choice.range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<choice.range.upperBound
            } else {
                ranges.append(choice.range)
            }
        }
    }

    private mutating func choose(
        _ member: IndexedMember, as path: [UInt8], linkTarget: [UInt8]? = nil
    ) {
        choices.append(
            Choice(
                storedPath: member.path, path: path, linkTarget: linkTarget,
                range: member.offset..<member.offset))
        isOpen = true
    }

    private mutating func close(at offset: UInt64) {
        if isOpen, let last = choices.indices.last {
            choices[last].range = choices[last].range.lowerBound..<offset
        }
        isOpen = false
    }
}
