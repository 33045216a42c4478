import ArgumentParser
import Envelope
import FileIO
import FrameSealing
import KeyProviders

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version.",
        discussion: """
            coffer version
            coffer version --json
                with commit, container version, keystore schema and AES engine
            """
    ).verb

    @OptionGroup var report: ReportOptions

    func run() throws {
        let engine = try AESEngine.chosen(.current())
        try report.console.result(
            .object([
                ("version", .text(Version.semantic)), ("commit", .text(Version.commit)),
                ("container_version", .number(UInt64(Version.container))),
                ("keystore_schema", .number(UInt64(EmbeddedKeyService.keystoreSchemaVersion))),
                ("aes_engine", .text(engine.rawValue)),
            ]), text: Version.line)
    }
}
