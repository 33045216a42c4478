import Testing

@testable import Envelope

@Suite struct LevelAdaptationTests {
    private func level(
        from level: Int = 3, workers: Int = 2, chunks: Int, work: UInt64, output: UInt64
    ) -> Int {
        var adaptation = LevelAdaptation(level: level, workerCount: workers)
        for _ in 0..<chunks { adaptation.delivered(work: work, output: output) }
        return adaptation.level
    }

    @Test("An output that is slower than the workers together raises the level, one at a time")
    func slowOutput() {
        #expect(level(chunks: 7, work: 100, output: 60) == 3)
        #expect(level(chunks: 8, work: 100, output: 60) == 4)
        #expect(level(chunks: 16, work: 100, output: 60) == 5)
        #expect(level(workers: 1, chunks: 8, work: 100, output: 60) == 3)
    }

    @Test("An output that waits for the workers lowers the level, faster the longer it waits")
    func fastOutput() {
        #expect(level(from: 9, chunks: 8, work: 100, output: 24) == 8)
        #expect(level(from: 9, chunks: 8, work: 100, output: 12) == 7)
        #expect(level(from: 9, chunks: 80, work: 100, output: 0) == 1)
    }

    @Test("Where both are about as fast the level stays")
    func even() {
        #expect(level(chunks: 800, work: 100, output: 49) == 3)
        #expect(level(chunks: 800, work: 100, output: 26) == 3)
    }

    @Test("The level stays between 1 and 15, and what was used is remembered")
    func bounds() {
        var adaptation = LevelAdaptation(level: 19, workerCount: 1)
        #expect(adaptation.level == 15)
        for _ in 0..<400 { adaptation.delivered(work: 1, output: 1_000_000) }
        #expect(adaptation.level == 15 && adaptation.used == 15...15)
        for _ in 0..<400 { adaptation.delivered(work: 1_000_000, output: 1) }
        #expect(adaptation.level == 1 && adaptation.used == 1...15)
    }

    @Test("What was slow once does not count for ever")
    func forgetting() {
        var adaptation = LevelAdaptation(level: 5, workerCount: 1)
        for _ in 0..<4 { adaptation.delivered(work: 1, output: 1_000_000) }
        for _ in 0..<4 { adaptation.delivered(work: 1000, output: 1) }
        #expect(adaptation.level == 4)
    }
}
