import Testing

/// The program as people use it: each transcript is a session that has to go exactly so.
@Suite("Transcripts")
struct TranscriptTests {
    @Test("The transcripts are there")
    func present() { #expect(Transcript.all.count >= 10) }

    @Test("A session goes as its transcript says", arguments: Transcript.all)
    func session(_ transcript: Transcript) throws {
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
