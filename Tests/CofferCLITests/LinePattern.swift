import Foundation

/// Expected lines against lines that came.
enum LinePattern {
    static func matches(_ expected: [String], _ found: [String]) -> Bool {
        guard let first = expected.first else { return found.isEmpty }
        if first == "..." {
            return (0...found.count).contains {
                matches(Array(expected.dropFirst()), Array(found.dropFirst($0)))
            }
        }
        guard let line = found.first, matches(first, line) else { return false }
        return matches(Array(expected.dropFirst()), Array(found.dropFirst()))
    }

    /// `[..]` is any text.
    static func matches(_ pattern: String, _ line: String) -> Bool {
        let pieces = pattern.components(separatedBy: "[..]")
        guard pieces.count > 1 else { return pattern == line }
        guard line.hasPrefix(pieces[0]) else { return false }
        var rest = line.dropFirst(pieces[0].count)
        for piece in pieces[1..<(pieces.count - 1)] where !piece.isEmpty {
            guard let range = rest.range(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(pieces[pieces.count - 1])
    }
}
