import FileIO
import KMSDomain
import KMSModel
import KMSService
import KeyProviders

/// One `coffer key …`: the opened keystore, and its answers in this program's words.
struct KeySession {
    let console: Console
    let local: LocalKeyService
    let service: EmbeddedKeyService

    /// - Parameter creating: make a keystore if there is none, as only making keys does.
    init(_ report: ReportOptions, creating: Bool = false) throws {
        console = report.console
        local = LocalKeyService(try Surroundings.load(), console: console)
        service = creating ? try local.openOrCreate() : try local.open()
    }

    /// `key` is what messages name.
    func call<R>(
        _ key: String? = nil, _ body: (KMSService, Caller) throws(KMSServiceError) -> R
    ) throws -> R {
        do throws(KMSServiceError) {
            return try body(service.service, service.caller)
        } catch { throw local.failure(error, key: key) }
    }

    /// The key that an alias, id or ARN stands for. AWS takes aliases for few operations; people
    /// take them for all.
    func key(_ reference: String) throws -> KeyMetadata {
        try local.describe(try LocalKeyService.keyID(reference))
    }

    /// All aliases, by the id of their key.
    func aliases() throws -> [String: [String]] {
        var aliases: [String: [String]] = [:]
        var marker: String?
        repeat {
            let request = ListAliasesRequest(marker: marker)
            let page = try call { (service, caller) throws(KMSServiceError) in
                try service.listAliases(request, caller: caller)
            }
            for alias in page.aliases {
                guard let target = alias.targetKeyID else { continue }
                aliases[target, default: []].append(alias.aliasName)
            }
            marker = page.truncated ? page.nextMarker : nil
        } while marker != nil
        return aliases
    }

    /// A verb that changes one key: the key as it is afterwards, and `outcome` in words.
    ///
    /// `body` gets the key's id.
    static func change(
        _ key: String, _ verb: String, outcome: String, _ report: ReportOptions,
        _ body: (KMSService, String, Caller) throws(KMSServiceError) -> Void
    ) throws {
        let session = try KeySession(report)
        let keyID = try session.key(key).keyID
        try session.call(key) { (service, caller) throws(KMSServiceError) in
            try body(service, keyID, caller)
        }
        try session.report(verb, try session.key(keyID).json, text: "\(keyID)  \(outcome)")
    }

    /// A result of one line.
    func report(
        _ verb: String, _ members: [(String, JSONValue)], text: String
    ) throws(FileError) {
        try console.result(
            .object([("verb", .text("key \(verb)"))] + members),
            text: console.isQuiet ? "" : text + "\n")
    }
}

extension KeyMetadata {
    static func date(_ seconds: Double) -> String {
        Timestamp(millisecondsSince1970: Int64(seconds * 1000)).iso8601
    }

    var json: [(String, JSONValue)] {
        [
            ("id", .text(keyID)), ("arn", .text(arn)), ("state", .text(keyState.rawValue)),
            ("created", .text(Self.date(creationDate))),
            ("description", .text(description)), ("spec", .text(keySpec.rawValue)),
            ("material", .optional(currentKeyMaterialID)),
            ("deletion_date", .optional(deletionDate.map(Self.date))),
        ]
    }
}
