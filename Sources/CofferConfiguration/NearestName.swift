/// What somebody probably meant by a name that is none.
package enum NearestName {
    /// The candidate with the fewest changed letters, if a third of them or fewer had to change;
    /// case, `_` and `-` do not count.
    package static func of(_ name: String, among candidates: [String]) -> String? {
        let wanted = plain(name)
        let measured = candidates.map { ($0, distance(wanted, plain($0))) }
        guard let best = measured.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= max(1, wanted.count / 3) ? best.0 : nil
    }

    private static func plain(_ name: String) -> [UInt8] {
        name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    }

    /// Levenshtein's: insertions, deletions and replacements.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let replaced = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
