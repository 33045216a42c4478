import Foundation
import Testing

/// What a person sees of a recovery key, read by a QR decoder that is not ours.
@Suite struct RecoverySheetTests {
    private static let python: String? = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    @Test(
        "The QR code on the terminal says what the line above it says",
        .enabled(if: python != nil, "needs COFFER_TEST_PYTHON with zxing-cpp"), arguments: 1...20)
    func code(_: Int) throws {
        let python = try #require(Self.python)
        let command = """
            python3 "$TRANSCRIPTS/../answer-prompts.py" x coffer recovery new --public p > shown
            grep -o '^AGE-SECRET-KEY-PQ-1[0-9A-Z]*' shown
            '\(python)' "$TRANSCRIPTS/../read-qr-code.py" < shown
            """
        let outcome = try TranscriptRunner().run(Transcript.Step(line: 0, command: command))
        #expect(outcome.errors == [] && outcome.status == 0)
        let secret = try #require(outcome.output.first)
        #expect(secret.count == 77)
        #expect(outcome.output == [secret, "QRCode " + secret])
    }
}
