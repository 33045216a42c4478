import ArgumentParser
import AuditLog
import FileIO
import KMSDomain
import KMSServer
import KMSService
import KeyProviders

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what would keep the server from doing its work.",
        discussion: """
            Configuration, certificates, keystore, audit log, accounts and backup are
            looked at, and nothing is changed. Exit code 1: something is to be done.
            """)

    @OptionGroup var options: ServeOptions
    @OptionGroup var place: PlaceOptions

    func run() throws {
        var isWell = true
        /// Goes on with the next question, whatever comes of this one.
        func look(_ what: String, _ body: () throws -> String?) throws {
            do {
                if let finding = try body() {
                    isWell = false
                    try Console.write("look   \(what): \(finding)\n")
                } else {
                    try Console.write("ok     \(what)\n")
                }
            } catch let error as FileError where error == .brokenPipe {
                throw error
            } catch {
                isWell = false
                let failure = Failure(explaining: error)
                try Console.write("wrong  \(what): \(failure.message)\n")
                for hint in failure.hints { try Console.write("       \(hint)\n") }
            }
        }

        let surroundings = try Surroundings(place)
        try look("configuration") {
            let settings = try options.settings(surroundings)
            if let certificates = settings.certificates {
                try KeyServiceServer.check(certificates)
            }
            _ = try KeyStorePlaces(surroundings).connectors()
            return nil
        }
        // Before the keystore is opened, which adds to the log.
        try look("audit log") {
            let report = try EmbeddedKeyService.verifyAudit(
                in: surroundings.keystore.bytes, passphrase: surroundings.rootPassphrase,
                token: surroundings.rootToken)
            return report.findings.isEmpty ? nil : "\(report.findings.count) findings"
        }
        try look("keystore and accounts") {
            let keystore = try surroundings.open()
            let served = keystore.served
            let root = "arn:aws:iam::\(served.realm.accountID):root"
            let hasAccount = try served.identities.accounts().contains {
                $0.id == served.realm.accountID
            }
            let keys = hasAccount ? try served.identities.accessKeys(of: root) : []
            try keystore.close()
            return keys.contains { $0.isActive }
                ? nil : "no access key of the account's root: cofferd init"
        }
        try look("backup") {
            let keystore = try surroundings.open()
            let state = try keystore.backupState()
            try keystore.close()
            switch state {
            case .made: return nil
            case .none: return "there is none: cofferd backup FILE"
            case .outdated: return "older than the newest key: cofferd backup FILE"
            }
        }
        if !isWell { throw ExitStatus(code: .partial) }
    }
}
