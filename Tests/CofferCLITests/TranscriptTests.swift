import Testing

/// The program as people use it: each transcript is a session that has to go exactly so.
@Suite("Transcripts")
struct TranscriptTests {
    @Test("The transcripts are there")
    func present() { #expect(Transcript.all.count >= 10) }

    @Test(
        "A session goes as its transcript says", arguments: Transcript.all.filter { !$0.mounts })
    func session(_ transcript: Transcript) throws { try check(transcript) }

    @Test(
        "A session on a mount of its own goes as its transcript says",
        .enabled(if: canMount, "needs root and unshare(1)"),
        arguments: Transcript.all.filter(\.mounts))
    func mountedSession(_ transcript: Transcript) throws { try check(transcript) }

    private static let canMount: Bool = {
        let step = Transcript.Step(
            line: 0, command: "unshare -m mount -t tmpfs tmpfs . && test $(id -u) = 0")
        return (try? TranscriptRunner().run(step).status) == 0
    }()

    private func check(_ transcript: Transcript) throws {
        let runner = try TranscriptRunner()
        #expect(!transcript.title.isEmpty && !transcript.steps.isEmpty)
        for step in transcript.steps {
            let outcome = try runner.run(step)
            let place = "\(transcript.name):\(step.line): $ \(step.command)"
            #expect(
                LinePattern.matches(step.output, outcome.output),
                "\(place)\nstandard output:\n\(outcome.output.joined(separator: "\n"))")
            #expect(
                LinePattern.matches(step.errors, outcome.errors),
                "\(place)\nstandard error:\n\(outcome.errors.joined(separator: "\n"))")
            #expect(outcome.status == step.status, "\(place)")
            if let files = step.files {
                let found = try runner.files()
                #expect(found == files.sorted(), "\(place)")
            }
        }
    }
}
