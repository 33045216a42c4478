import Foundation
import Testing

/// One container for six recipients, each of another kind, with the real program, agent and services.
@Suite(
    "Six recipients",
    .enabled(if: KeyServices.isPossible, Comment(rawValue: KeyServices.missing)))
struct SixRecipientsTests {
    private let bed: SixRecipients

    init() throws { bed = try SixRecipients.shared.get() }

    @Test("Each alone opens the container, where nothing but its key is at hand")
    func alone() throws {
        for recipient in SixRecipients.Kind.allCases {
            try bed.run(
                "coffer decrypt -q $BED/six.coffer -o - \(recipient.key) | cmp - $BED/data", 0,
                at: [recipient])
        }
    }

    @Test("Where the key of none is at hand, nothing is asked and nobody opens it")
    func none() throws {
        let errors = try bed.run(
            "coffer key create -q --file key; coffer decrypt $BED/six.coffer -o - -k keyfile:key",
            67, at: [])
        #expect(errors.filter { $0.contains(" no     no ") }.count == 6, "\(errors)")
    }

    @Test("A drill opens it with six of six, and with one of six where one is at hand")
    func drill() throws {
        let all = SixRecipients.Kind.allCases
        try bed.run(
            "coffer verify --each-key --all $BED/six.coffer \(SixRecipients.keys(all)) > out; "
                + "grep 'of 6 recipients 6 opened it, 0 failed, 0 not tried' out", 0, at: all)
        for recipient in all {
            try bed.run(
                "coffer verify --each-key $BED/six.coffer \(recipient.key) > out; "
                    + "grep 'of 6 recipients 1 opened it, 0 failed, 5 not tried' out", 0,
                at: [recipient])
        }
    }

    @Test(
        "With any five removed the payload has the same bytes, the sixth opens it, and no other",
        arguments: SixRecipients.Kind.allCases)
    func removal(left: SixRecipients.Kind) throws {
        let all = SixRecipients.Kind.allCases
        let others = all.filter { $0 != left }
        let removals = others.map { "--remove-key '\($0.name)'" }.joined(separator: " ")
        try bed.run(
            """
            cp $BED/six.coffer one.coffer; coffer rewrap -q one.coffer \(left.key) \(removals) || exit 90
            payload() { tail -c +$((1 + 16#$(od -An -tx1 -j12 -N4 $1 | tr -d ' '))) $1; }
            cmp <(payload $BED/six.coffer) <(payload one.coffer) || exit 91
            ! cmp -s $BED/six.coffer one.coffer || exit 92
            coffer verify --each-key --all one.coffer \(left.key) > out || exit 93
            grep 'of 1 recipients 1 opened it' out || exit 94
            coffer decrypt -q one.coffer -o - \(left.key) | cmp - $BED/data || exit 95
            \(others.map { "coffer decrypt one.coffer -o - \($0.key) 2> log; test $? = 67 || exit 96" }
                .joined(separator: "\n"))
            """, 0, at: all)
    }

    @Test("A service that is stopped is 69, a wrong PIN 77, and the table names each")
    func failures() throws {
        let services = try KeyServices()
        let own = try SixRecipients(services)
        let token = SixRecipients.Kind.token.key
        try own.run(
            """
            kill -9 $MOTO_PID $OPENBAO_PID
            while grep -q 'State:.[^Z]' /proc/$MOTO_PID/status /proc/$OPENBAO_PID/status
            do sleep 0.05; done
            """, 0, at: [.aws, .vault])
        for (recipient, line) in [
            (SixRecipients.Kind.aws, "cannot be reached: AWS KMS at 127.0.0.1:"),
            (.vault, "cannot be reached: Vault at 127.0.0.1:"),
        ] {
            let errors = try own.run(
                "coffer decrypt $BED/six.coffer -o - \(recipient.key)", 69, at: [recipient])
            #expect(errors.contains { $0.contains(line) && $0.contains(" yes ") }, "\(errors)")
        }
        let wrongPIN = "COFFER_PIN=9999 coffer decrypt $BED/six.coffer -o - \(token)"
        let errors = try own.run(wrongPIN, 77, at: [.token])
        #expect(errors.contains { $0.contains("the PIN of token 'office' is wrong") }, "\(errors)")
        // All that fails is in one table, each in its own way; what may answer later decides.
        let table = try own.run(
            "COFFER_PIN=9999 coffer decrypt $BED/six.coffer -o - \(token) "
                + "\(SixRecipients.keys([.aws, .vault]))", 69, at: [.token, .aws, .vault])
        for line in ["AWS KMS at", "Vault at", "the PIN of token 'office' is wrong"] {
            #expect(table.contains { $0.contains(line) }, "\(table)")
        }
        // One that answers is enough.
        try own.run(
            "COFFER_PIN=9999 coffer decrypt -q $BED/six.coffer -o - \(token) "
                + "\(SixRecipients.keys([.aws, .vault, .recovery])) | cmp - $BED/data", 0,
            at: [.token, .aws, .vault])
    }
}

/// The container, what its recipients' keys are called, and where each is at hand.
final class SixRecipients: Sendable {
    enum Kind: CaseIterable {
        case embedded, token, aws, vault, recovery, passphrase

        /// As `--remove-key` takes it.
        var name: String {
            switch self {
            case .embedded: "alias/default"
            case .token: KeyServices.tokenKey
            case .aws: "aws-kms:alias/backup"
            case .vault: "vault:transit/backup"
            case .recovery: "recovery:'$BED'/sheet.key"
            case .passphrase: "passphrase:"
            }
        }

        var key: String {
            self == .passphrase ? "-k '\(name)' --passphrase-file $BED/pass" : "-k '\(name)'"
        }

        /// Without these variables the key cannot be reached.
        var variables: [String] {
            switch self {
            case .embedded, .recovery, .passphrase: []
            case .token: ["SOFTHSM2_CONF", "COFFER_PIN"]
            case .aws:
                [
                    "AWS_ENDPOINT_URL_KMS", "AWS_REGION", "AWS_ACCESS_KEY_ID",
                    "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED", "MOTO_PID",
                ]
            case .vault: ["VAULT_ADDR", "VAULT_TOKEN", "OPENBAO_PID"]
            }
        }
    }

    static let shared = Result { try SixRecipients(KeyServices()) }

    private let services: KeyServices
    private let folder: String

    /// Data of several chunks, so that keys are changed in place.
    init(_ services: KeyServices) throws {
        self.services = services
        // Ends with the services.
        folder = try #require(services.environment["SERVICES_FOLDER"]) + "/six"
        try run(
            """
            mkdir $BED; head -c 5M /dev/urandom > $BED/data; echo secret > $BED/pass
            coffer recovery new -q -o $BED/sheet.key || exit 90
            coffer encrypt -q $BED/data -o $BED/six.coffer --mix-passphrase \
            \(Self.keys(Kind.allCases))
            """, 0, at: Kind.allCases)
    }

    static func keys(_ kinds: [Kind]) -> String { kinds.map(\.key).joined(separator: " ") }

    /// Lines of standard error, of a machine where those of `kinds` are at hand.
    @discardableResult
    func run(_ command: String, _ status: Int32, at kinds: [Kind]) throws -> [String] {
        let variables = services.exports(kinds.flatMap(\.variables))
        let keystore = kinds.contains(.embedded) ? "export COFFER_HOME=$BED/keystore\n" : ""
        let outcome = try TranscriptRunner().run(
            Transcript.Step(
                line: 0,
                command: "set -o pipefail\nexport BED='\(folder)'\n" + variables + keystore
                    + command))
        #expect(
            outcome.status == status, "\(command)\n\(outcome.errors.joined(separator: "\n"))")
        return outcome.errors
    }
}
