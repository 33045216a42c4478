import ArgumentParser
import FileIO
import Glibc
import KeyProviders

struct RecoveryNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a recovery key: a public recipient, and a secret for paper.",
        discussion: """
            coffer recovery new --public sheet.pub
                shows the secret on the terminal, as text and as a QR code, and keeps no
                copy: write it down or photograph it, then test it
            coffer recovery new -o sheet.key --public sheet.pub
                the secret goes to a file (0600) and not to the terminal

            Encrypt with -k recovery:sheet.pub, or with the recipient itself. Whoever has the \
            secret opens all that was encrypted to the recipient: keep it where this machine is \
            not. Both are age's (age-keygen -pq), ML-KEM-768 with X25519.
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the secret to a file, for you alone.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp(
            "Write the recipient to a file instead of showing it.", valueName: "file"),
        completion: .file())
    var publicFile: String?

    @Flag(name: .shortAndLong, help: "Replace existing files.")
    var force = false

    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        guard output != nil || (Terminal.isTerminal(STDOUT_FILENO) && !console.isJSON) else {
            throw Failure(
                .output, "a secret is shown on a terminal only", file: .standardOutput,
                hints: ["write it to a file: coffer recovery new -o FILE"])
        }
        let sheet = RecoverySheet(try RecoveryIdentity.make())
        let publicPath = publicFile.map(FilePath.init(argument:))
        let path = output.map(FilePath.init(argument:))
        if let path { try sheet.write(to: path, replacing: force) }
        if let publicPath {
            try sheet.writeRecipient(to: publicPath, replacing: force)
        }
        if path == nil {
            try sheet.show(withRecipient: publicPath == nil)
        } else {
            try console.result(
                .object([
                    ("verb", .text("recovery new")), ("recipient", .text(sheet.recipient.text)),
                    ("secret_file", path.map(JSONValue.path) ?? .null),
                    ("public_file", publicPath.map(JSONValue.path) ?? .null),
                ]), text: publicPath == nil ? sheet.recipient.text + "\n" : "")
        }
        if !console.isJSON {
            console.note(
                "test it before it is needed: coffer recovery test --recipient "
                    + (publicPath?.displayText ?? "RECIPIENT"))
        }
    }
}
