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
        let console = report.console
        let local = LocalKeyService(try Surroundings.load(), console: console)
        let keystore = try local.openOrCreate()
        let arn = try local.describe(EmbeddedKeyService.defaultAlias).arn
        let request = GenerateDataKeyRequest(keyID: arn, keySpec: .aes256)
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count {
            do throws(KMSServiceError) {
                _ = try keystore.service.generateDataKey(request, caller: keystore.caller)
            } catch { throw local.failure(error, key: nil) }
        }
        try keystore.close()
        let elapsed = clock.now - start
        let nanoseconds = UInt64(
            max(
                1,
                elapsed.components.seconds * 1_000_000_000
                    + elapsed.components.attoseconds / 1_000_000_000))
        let perSecond = UInt64(count) * 1_000_000_000 / nanoseconds
        try console.result(
            .object([
                ("verb", .text("bench-keys")), ("count", .number(UInt64(count))),
                ("nanoseconds", .number(nanoseconds)), ("per_second", .number(perSecond)),
            ]), text: "\(perSecond) keys/s\n")
    }
}
