extension Timestamp {
    /// A moment as policies write it: seconds since 1970, or a form of ISO 8601 as the W3C profile has
    /// it: `2026-11`, `2026-11-27`, `2026-11-27T03:46Z`, `2026-11-27T03:46:05.25+01:00`. A month or day
    /// alone is its beginning in UTC.
    package init?(policyText text: String) {
        var reader = DateReader(text)
        guard let milliseconds = reader.wholeNumber() ?? reader.date() else { return nil }
        self.init(millisecondsSince1970: milliseconds)
    }
}

/// Reads digits from left to right.
private struct DateReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    /// Seconds as an integer of at most twelve digits, if that is all there is.
    func wholeNumber() -> Int64? {
        var digits = rest
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        guard (1...12).contains(digits.count), digits.allSatisfy(Self.isDigit) else { return nil }
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return (isNegative ? -value : value) * 1000
    }

    mutating func date() -> Int64? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2),
            (1...12).contains(month)
        else { return nil }
        var day = 1
        if take("-") {
            guard let given = number(digits: 2) else { return nil }
            day = given
        }
        guard (1...Timestamp.dayCount(ofMonth: month, year: year)).contains(day) else { return nil }
        var seconds = Int64(Timestamp.days(year: year, month: month, day: day)) * 86_400
        guard !rest.isEmpty else { return seconds * 1000 }
        guard take("T"), let hour = number(digits: 2), hour < 24, take(":"),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        seconds += Int64(hour * 3600 + minute * 60)
        var milliseconds = 0
        if take(":") {
            guard let second = number(digits: 2), second < 60 else { return nil }
            seconds += Int64(second)
            if take(".") {
                guard let fraction = fraction() else { return nil }
                milliseconds = fraction
            }
        }
        guard let zone = zone(), rest.isEmpty else { return nil }
        return (seconds - Int64(zone)) * 1000 + Int64(milliseconds)
    }

    /// Seconds east of UTC.
    private mutating func zone() -> Int? {
        if take("Z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hour = number(digits: 2), hour < 24, take(":"),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        return sign * (hour * 3600 + minute * 60)
    }

    /// Thousandths of a second; what is finer does not count.
    private mutating func fraction() -> Int? {
        let digits = rest.prefix(while: Self.isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let padded = Array(digits.prefix(3)) + [UInt8](repeating: UInt8(ascii: "0"), count: 3)
        return padded.prefix(3).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func number(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension Timestamp {
    fileprivate static func dayCount(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Howard Hinnant, chrono-compatible low-level date algorithms, `days_from_civil`; years from 0.
    fileprivate static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
