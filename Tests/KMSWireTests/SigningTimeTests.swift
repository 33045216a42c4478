import Foundation
import KMSWire
import Testing

@Suite("Signing time")
struct SigningTimeTests {
    @Test("Seconds become the text that Foundation's calendar gives, and come back")
    func calendar() throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
        var seconds: [Int64] = [
            0, 1, -1, 86_399, 86_400, 951_782_399, 951_782_400, 951_868_800, 4_107_542_400,
            1_440_938_160, 253_402_300_799,
        ]
        // Foundation's calendar is Julian before 1582.
        for _ in 0..<2000 { seconds.append(.random(in: -11_676_096_000...253_402_300_799)) }
        for second in seconds {
            let time = SigningTime(secondsSince1970: second)
            #expect(
                time.text == formatter.string(from: Date(timeIntervalSince1970: Double(second))))
            #expect(SigningTime(time.text) == time)
        }
    }

    @Test(
        "What is no moment in the basic form is refused",
        arguments: [
            "", "20150830", "20150830T123600", "2015-08-30T12:36:00Z", "20150230T123600Z",
            "20150830T240000Z", "20150830T126000Z", "20150830T123660Z", "20151330T123600Z",
            "20150800T123600Z", "00000830T123600Z", "20150830t123600Z", "２0150830T123600Z",
            "20150229T000000Z", "-0150830T123600Z",
        ])
    func refused(text: String) {
        #expect(SigningTime(text) == nil)
    }
}
