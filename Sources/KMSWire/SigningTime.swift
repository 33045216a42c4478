internal import CivilCalendar

/// When a request is signed, to the second: `20150830T123600Z`.
package struct SigningTime: Equatable, Comparable, Sendable {
    package let secondsSince1970: Int64
    /// ISO 8601's basic form, as in `X-Amz-Date`.
    package let text: String

    /// `YYYYMMDD`, as in a credential scope.
    var day: String { String(Substring(text.utf8.prefix(8))) }

    private static let secondsPerDay = 86_400
    /// The years 1 to 9999, which have four digits.
    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// A time outside the years 1 to 9999 is a contradiction of the caller's clock.
    package init(secondsSince1970: Int64) {
        precondition(Self.range.contains(secondsSince1970), "signing time: no year of four digits")
        self.secondsSince1970 = secondsSince1970
        let seconds = Int(secondsSince1970)
        let remainder = seconds % Self.secondsPerDay
        let second = remainder < 0 ? remainder + Self.secondsPerDay : remainder
        let date = CivilDate(daysSince1970: (seconds - second) / Self.secondsPerDay)
        var text: [UInt8] = []
        text.reserveCapacity(16)
        Self.append(date.year / 100, to: &text)
        Self.append(date.year % 100, to: &text)
        Self.append(date.month, to: &text)
        Self.append(date.day, to: &text)
        text.append(UInt8(ascii: "T"))
        Self.append(second / 3600, to: &text)
        Self.append(second / 60 % 60, to: &text)
        Self.append(second % 60, to: &text)
        text.append(UInt8(ascii: "Z"))
        self.text = String(decoding: text, as: UTF8.self)
    }

    /// Nothing unless it is the basic form and a moment that exists.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z")
        else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].allSatisfy(ASCII.isDigit)
                ? bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } : nil
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15),
            year >= 1, (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        self.init(
            secondsSince1970: Int64(
                days * Self.secondsPerDay + hour * 3600 + minute * 60 + second))
        // A day or an hour that does not exist comes out as another one.
        guard self.text == text else { return nil }
    }

    package static func < (left: SigningTime, right: SigningTime) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }

    /// Two digits.
    private static func append(_ number: Int, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "0") + UInt8(number / 10))
        text.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
