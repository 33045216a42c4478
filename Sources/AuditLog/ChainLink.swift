/// The place of a record in the chain, as it stands at the end of its line:
///
///     ,"chain":{"sequence":N,"previous":"<64 hex>","mac":"<64 hex>"}}
struct ChainLink: Equatable, Sendable {
    static let digestByteCount = 32
    /// A record's line is no longer, without its line feed: who reads a log knows how much memory
    /// that takes.
    ///
    /// No valid request needs more. The longest is a CreateKey whose every byte takes six, as
    /// `\u007f`: a policy of 32,768 bytes, a description of 8,192, 50 tags of 128 and 256, and the
    /// caller's user agent of 8,192, in all 410 KiB.
    static let maximumLineByteCount = 512 * 1024
    static let noRecord = [UInt8](repeating: 0, count: digestByteCount)

    /// Counted from 1.
    let sequence: UInt64
    /// The digest of the line before.
    let previous: [UInt8]

    /// Of what ``append(code:to:)`` adds.
    static let codeByteCount = beforeCode.count + 2 * digestByteCount + closing.count

    private static let opening = Array(#","chain":{"sequence":"#.utf8)
    private static let beforePrevious = Array(#","previous":""#.utf8)
    private static let beforeCode = Array(#"","mac":""#.utf8)
    private static let closing = Array(#""}}"#.utf8)

    /// Everything up to the code, which signs it.
    func append(to line: inout [UInt8]) {
        line += Self.opening
        line.append(contentsOf: String(sequence).utf8)
        line += Self.beforePrevious
        Hexadecimal.append(previous, to: &line)
    }

    static func append(code: [UInt8], to line: inout [UInt8]) {
        line += beforeCode
        Hexadecimal.append(code, to: &line)
        line += closing
    }

    /// Reads the end of a line (without its line feed). Nothing unless it is exactly so written.
    static func parse(_ line: [UInt8]) -> (link: ChainLink, signed: [UInt8], code: [UInt8])? {
        var rest = line[...]
        guard take(closing, &rest), let code = takeDigest(&rest), take(beforeCode, &rest) else {
            return nil
        }
        let signed = Array(rest)
        guard let previous = takeDigest(&rest), take(beforePrevious, &rest) else { return nil }
        let digits = rest.reversed().prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }.count
        let number = rest.suffix(digits)
        guard digits > 0, number.first != UInt8(ascii: "0"),
            let sequence = UInt64(String(decoding: number, as: UTF8.self))
        else { return nil }
        rest.removeLast(digits)
        guard take(opening, &rest), rest.first == UInt8(ascii: "{") else { return nil }
        return (ChainLink(sequence: sequence, previous: previous), signed, code)
    }

    private static func take(_ end: [UInt8], _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.count >= end.count, rest.suffix(end.count).elementsEqual(end) else {
            return false
        }
        rest.removeLast(end.count)
        return true
    }

    private static func takeDigest(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.count >= 2 * digestByteCount,
            let digest = Hexadecimal.bytes(rest.suffix(2 * digestByteCount))
        else { return nil }
        rest.removeLast(2 * digestByteCount)
        return digest
    }
}
