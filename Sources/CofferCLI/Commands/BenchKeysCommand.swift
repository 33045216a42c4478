import ArgumentParser
import KMSModel
import KMSService
import KeyProviders

/// For Scripts/bench: how many data keys a second the embedded key service makes, audit included.
struct BenchKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-keys",
        abstract: "Measure GenerateDataKey.",
        discussion: "COFFER_HOME=$(mktemp -d) coffer bench-keys --count 100000",
        shouldDisplay: false
    ).verb

    @Option(help: "How many keys to make.")
    var count = 100_000

    @OptionGroup var report: ReportOptions

    func run() throws {
        guard count > 0 else { throw Failure.usage("--count has to be at least 1") }
        let session = try KeySession(report, creating: true)
        let arn = try session.key(EmbeddedKeyService.defaultAlias).arn
        let request = GenerateDataKeyRequest(keyID: arn, keySpec: .aes256)
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count {
            try session.call { (service, caller) throws(KMSServiceError) in
                _ = try service.generateDataKey(request, caller: caller)
            }
        }
        try session.service.close()
        let elapsed = clock.now - start
        let nanoseconds = UInt64(
            max(
                1,
                elapsed.components.seconds * 1_000_000_000
                    + elapsed.components.attoseconds / 1_000_000_000))
        let perSecond = UInt64(count) * 1_000_000_000 / nanoseconds
        try session.console.result(
            .object([
                ("verb", .text("bench-keys")), ("count", .number(UInt64(count))),
                ("nanoseconds", .number(nanoseconds)), ("per_second", .number(perSecond)),
            ]), text: "\(perSecond) keys/s\n")
    }
}
