import ArgumentParser
import Envelope
import FileIO

struct CatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Print authenticated bytes from the middle of a container.",
        discussion: """
            coffer cat home.tar.coffer --range 10485760:4096
            coffer cat disk.img.coffer --range 1GiB:64KiB -o part

            Reads and decrypts only the chunks that it needs. The range ends where the data ends; a \
            container that was cut or lengthened anywhere is refused.
            """
    ).verb

    @Argument(help: "A container in a file.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "First byte and number of bytes; without a number up to the end.",
            valueName: "off:len"))
    var range = "0:"

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions
    @OptionGroup var open: OpenOptions
    @OptionGroup var context: ContextOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let path = FilePath(argument: file)
        let range = try Self.parse(range)
        let surroundings = try Surroundings.load()
        let options = try open.decryptionOptions(context, nil, surroundings)
        let input = try InputFile(path: path)
        let ring = try KeyRing(
            keys, passphrase, data: [.path(path)], console: console,
            surroundings: surroundings)
        let reader = RangeReader(keys: try ring.openers(), options: options)
        let target = output.explicitTarget ?? .standardOutput(isExplicit: false)
        let file = try output.open(target, inputs: [input.identity])
        let count: UInt64
        do {
            count = try reader.run(input, range, to: file)
        } catch { throw ring.explain(error, file: .path(path)) }
        try file.commit()
        try console.result(
            .object([
                ("verb", .text("cat")), ("file", .path(path)), ("output", target.name.json),
                ("offset", .number(range.lowerBound)), ("bytes", .number(count)),
            ]), text: "", besideData: target.isStandardOutput)
    }

    /// `OFF:LEN` or `OFF:`, each with a unit if wanted.
    static func parse(_ text: String) throws -> Range<UInt64> {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let start = ByteCount.parse(String(parts[0])) else {
            throw malformed(text)
        }
        if parts[1].isEmpty { return start..<UInt64.max }
        guard let count = ByteCount.parse(String(parts[1])) else { throw malformed(text) }
        let (end, overflow) = start.addingReportingOverflow(count)
        return start..<(overflow ? UInt64.max : end)
    }

    private static func malformed(_ text: String) -> Failure {
        Failure.usage(
            "'\(Escaped.argument(text))' is no range", "write --range OFF:LEN, as 10MiB:4096")
    }
}
