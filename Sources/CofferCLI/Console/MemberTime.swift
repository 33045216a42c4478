/// A member's time, `2026-11-23 20:42` in UTC; of years that four digits do not hold the seconds.
struct MemberTime {
    private let seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    var text: String {
        guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return "\(seconds)" }
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let minute = (seconds - days * 86_400) / 60
        let (year, month, day) = Self.civil(daysSince1970: days)
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2)) "
            + "\(digits(minute / 60, 2)):\(digits(minute % 60, 2))"
    }

    private func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    /// Howard Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
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
}
