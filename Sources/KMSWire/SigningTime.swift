/// When a request is signed, to the second: `20150830T123600Z`.
package struct SigningTime: Equatable, Comparable, Sendable {
    package let secondsSince1970: Int64
    /// ISO 8601's basic form, as in `X-Amz-Date`.
    package let text: String

    /// `YYYYMMDD`, as in a credential scope.
    var day: String { String(text.prefix(8)) }

    private static let secondsPerDay: Int64 = 86_400
    /// The years 1 to 9999, which have four digits.
    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// A time outside the years 1 to 9999 is a contradiction of the caller's clock.
    package init(secondsSince1970: Int64) {
        precondition(Self.range.contains(secondsSince1970), "signing time: no year of four digits")
        self.secondsSince1970 = secondsSince1970
        let days = (secondsSince1970 - Self.floorRemainder(secondsSince1970)) / Self.secondsPerDay
        let second = Self.floorRemainder(secondsSince1970)
        let (year, month, day) = Self.civil(daysSince1970: days)
        text =
            Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(day, 2) + "T"
            + Self.digits(second / 3600, 2) + Self.digits(second / 60 % 60, 2)
            + Self.digits(second % 60, 2) + "Z"
    }

    /// Nothing unless it is the basic form and a moment that exists.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            bytes[range].allSatisfy(ASCII.isDigit)
                ? bytes[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) } : nil
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15),
            year >= 1, (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(
            secondsSince1970: Self.daysSince1970(year: year, month: month, day: day)
                * Self.secondsPerDay + hour * 3600 + minute * 60 + second)
        // A day or an hour that does not exist comes out as another one.
        guard self.text == text else { return nil }
    }

    package static func < (left: SigningTime, right: SigningTime) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }

    private static func floorRemainder(_ seconds: Int64) -> Int64 {
        let remainder = seconds % secondsPerDay
        return remainder < 0 ? remainder + secondsPerDay : remainder
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: count - text.count) + text
    }

    // Days ⇄ dates of the Gregorian calendar, counted in eras of 400 years that begin on 1 March:
    // H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days, days_from_civil.

    private static func civil(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
