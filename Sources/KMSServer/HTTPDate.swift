internal import CivilCalendar
internal import Glibc
internal import Synchronization

/// The `Date` of answers, by which clients see that their own clock is wrong: `Fri, 27 Nov 2026
/// 07:28:05 GMT` (RFC 9110, 5.6.7). Written once a second.
final class HTTPDate: Sendable {
    private struct Written {
        var second = -1
        var text = ""
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private let written = Mutex(Written())

    var text: String {
        let now = time(nil)
        return written.withLock { written in
            if written.second != now { written = Written(second: now, text: Self.text(of: now)) }
            return written.text
        }
    }

    static func text(of second: Int) -> String {
        let days = second / 86_400
        let date = CivilDate(daysSince1970: days)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = second % 86_400
        return "\(weekdays[days % 7]), \(two(date.day)) \(months[date.month - 1]) \(date.year) "
            + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
    }
}
