import ContainerFormat
import FileIO
import KMSDomain
import KeyProviders

/// What a failed unwrap says of each recipient.
enum RecipientTable {
    struct Row: Sendable {
        let recipient: String
        let service: String
        let key: String
        let shortKey: String
        let version: String
        let wasTried: Bool
        let result: String
        let retryHelps: Bool
        let nextStep: String

        init(_ line: UnlockFailure.Line) {
            let shown = RecipientText(line.stanza)
            recipient = shown.type
            service = shown.service
            key = shown.key
            shortKey = shown.shortKey
            version = shown.version
            var tried = line.provider != nil
            var retry = false
            switch line.result {
            case .noLocalKey:
                tried = false
                result = "no such key here"
                nextStep = shown.howToGive
            case .typeNotAccepted:
                tried = false
                result = "type not accepted"
                nextStep = "see --require-recipient"
            case .notTried:
                tried = false
                result =
                    "not tried: '\(Escaped.text(line.provider ?? ""))' may be it or not"
                nextStep = "see the row that was tried"
            case .limitReached:
                tried = false
                result = "too many keys before it"
                nextStep = "name its key alone with -k"
            case .notOpened:
                result = "did not open"
                nextStep =
                    line.stanza.knownType == .passphrase
                    ? "check the passphrase" : "check that it is the right key"
            case .notThisKey:
                result = "opened, but to another key"
                nextStep = "the header was put together: get another copy"
            case .tooFewOfGroup(let opened, let needed):
                tried = true
                result = "\(opened) of its keys opened, and \(needed) are needed"
                nextStep = "name more of its keys with -k"
            case .overCost:
                tried = false
                result = "costs too much memory"
                nextStep = "use another recipient"
            case .denied(let service, let message):
                result = "refused by \(Escaped.text(service)): \(Escaped.text(message))"
                nextStep = "coffer key describe"
            case .unreachable(let service):
                result = "\(Escaped.text(service)) cannot be reached"
                retry = true
                nextStep = "try again later"
            case .keystore(let reason):
                let failure = Failure(reason)
                result = failure.message
                retry = failure.isRetryable
                nextStep = failure.hints.first ?? "see the reason"
            case .agent(let reason):
                let failure = Failure(reason, key: nil, of: line.provider)
                result = failure.message
                retry = failure.isRetryable
                nextStep = failure.hints.first ?? "see the reason"
            case .engineFailure:
                result = "the library refused"
                nextStep = "report it"
            }
            wasTried = tried
            retryHelps = retry
        }

        /// A recipient that opened, or that was not tried because there is no passphrase.
        init(_ stanza: Stanza, wasTried: Bool, result: String, nextStep: String) {
            let shown = RecipientText(stanza)
            recipient = shown.type
            service = shown.service
            key = shown.key
            shortKey = shown.shortKey
            version = shown.version
            self.wasTried = wasTried
            self.result = result
            retryHelps = false
            self.nextStep = nextStep
        }

        var json: JSONValue { .object(members) }

        var members: [(String, JSONValue)] {
            [
                ("recipient", .text(recipient)), ("service", .text(service)),
                ("key", .text(key)), ("version", .text(version)), ("tried", .flag(wasTried)),
                ("result", .text(result)), ("retryable", .flag(retryHelps)),
                ("next", .text(nextStep)),
            ]
        }

        fileprivate var cells: [String] {
            [
                recipient, service,
                version.isEmpty ? shortKey : "\(shortKey) version \(version.prefix(8))",
                wasTried ? "yes" : "no", result, retryHelps ? "yes" : "no", nextStep,
            ]
        }
    }

    private static let heading = [
        "RECIPIENT", "SERVICE", "KEY", "TRIED", "RESULT", "RETRY HELPS", "NEXT STEP",
    ]

    static func lines(_ rows: [Row]) -> [String] {
        rows.isEmpty ? [] : TextTable.lines([heading] + rows.map(\.cells))
    }
}

/// How a recipient of a container is shown: nothing here is more than the file's own word.
struct RecipientText {
    let type: String
    let service: String
    let key: String
    /// Without what the service says already.
    let shortKey: String
    /// Of the key, where the wrap tells it.
    let version: String
    /// What to type to have it tried.
    let howToGive: String

    /// A place in a batch with the key that wraps the batch.
    init(_ stanza: Stanza) {
        self.init(KeyUse(stanza.askedStanza), type: stanza.type)
    }

    init(_ use: KeyUse) { self.init(use, type: use.type) }

    private init(_ use: KeyUse, type: String) {
        self.type = Escaped.text(type)
        let id = Escaped.bytes(use.keyID)
        switch StanzaType(rawValue: use.type) {
        case .keyFile:
            (service, key, version) = ("key file", "#\(id)", "")
            howToGive = "-k keyfile:PATH"
        case .passphrase:
            (service, key, version) = ("passphrase", "-", "")
            howToGive = "-k passphrase:"
        case .awsKMS:
            let parts = id.split(separator: ":", omittingEmptySubsequences: false)
            service = parts.count > 3 ? "kms \(parts[3])" : "kms"
            key = id
            version = use.version ?? ""
            shortKey = parts.count == 6 ? String(parts[5]) : id
            howToGive =
                service == "kms \(Realm.local.region)"
                ? "use the machine or backup with this key" : "-k aws-kms:ARN"
            return
        case .recovery:
            (service, key, version) = (
                "recovery sheet", id.isEmpty ? "-" : "#\(Hex.text(use.keyID))", ""
            )
            howToGive = "-k recovery:FILE, or -k recovery: to type it"
        case .vaultTransit:
            (service, key, version) = ("vault", id, "")
            howToGive = "-k vault:\(id)"
        case .pkcs11:
            (service, key, version) = ("token", id, "")
            howToGive = "-k pkcs11:token=NAME;object=NAME"
        case .threshold:
            (service, key, version) = ("group", "-", "")
            howToGive = "-k for as many of its members as it asks for"
        case .batch:
            (service, key, version) = ("batch", "-", "")
            howToGive = "-k for the key that wrapped the batch"
        case nil:
            (service, key, version) = ("-", id.isEmpty ? "-" : id, "")
            howToGive = "not known to this version"
        }
        shortKey = key
    }
}
