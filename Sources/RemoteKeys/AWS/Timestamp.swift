internal import CivilCalendar

/// Dates of the internet (RFC 3339), as seconds since 1970.
enum Timestamp {
    /// `2026-11-27T01:02:03[.456](Z|±hh:mm)`; nothing for anything else.
    static func seconds(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let year = number(bytes, 0..<4, before: "-"),
            let month = number(bytes, 5..<7, before: "-"), 1...12 ~= month,
            let day = number(bytes, 8..<10, before: "T"), 1...31 ~= day,
            let hour = number(bytes, 11..<13, before: ":"), hour < 24,
            let minute = number(bytes, 14..<16, before: ":"), minute < 60,
            let second = number(bytes, 17..<19, before: nil), second < 61
        else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { 0x30...0x39 ~= $0 }
            guard !fraction.isEmpty else { return nil }
            rest = rest[fraction.endIndex...]
        }
        guard let offset = offset(Array(rest)) else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        return Double(days * 86400 + hour * 3600 + minute * 60 + second - offset)
    }

    /// The date in an answer's header: `Fri, 27 Nov 2026 01:02:03 GMT`.
    static func secondsOfHeader(_ text: String) -> Double? {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return seconds("\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }

    /// Of the zone from UTC, in seconds.
    private static func offset(_ bytes: [UInt8]) -> Int? {
        if bytes == Array("Z".utf8) { return 0 }
        guard bytes.count == 6, let hour = number(bytes, 1..<3, before: ":"), hour < 24,
            let minute = number(bytes, 4..<6, before: nil), minute < 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hour * 3600 + minute * 60
        case UInt8(ascii: "-"): return -(hour * 3600 + minute * 60)
        default: return nil
        }
    }

    private static func number(
        _ bytes: [UInt8], _ range: Range<Int>, before mark: Unicode.Scalar?
    ) -> Int? {
        let digits = bytes[range]
        guard digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        if let mark, UInt32(bytes[range.upperBound]) != mark.value { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
