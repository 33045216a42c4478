import CofferConfiguration
import FileIO
import KMSDomain
import KMSModel
import KMSService
import KeyProviders

/// One `coffer key …`: a key service, and its answers in this program's words.
struct KeySession {
    let console: Console
    private let service: any KeyAdministration
    private let local: LocalKeyService
    private let isEmbedded: Bool

    /// - Parameters:
    ///   - key: the key that is named, which chooses the service if it is a URI.
    ///   - creating: make a keystore if there is none, as only making keys does.
    init(
        _ report: ReportOptions, _ options: KeyServiceOptions, key: String? = nil,
        creating: Bool = false
    ) throws {
        let surroundings = try Surroundings.load()
        console = report.console
        local = LocalKeyService(surroundings, console: console)
        let named = try key.flatMap { try KeyServiceTarget.ofKey($0) }
        if named != nil, options.keyService != nil {
            throw Failure.usage(
                "--key-service beside a key that is named by URI", "give one of the two")
        }
        switch try named?.service ?? options.target(surroundings) {
        case .embedded:
            isEmbedded = true
            service = creating ? try local.openOrCreate() : try local.open()
        case .remote(let uri, let endpoint):
            isEmbedded = false
            service = try local.agent.service(uri, endpoint: endpoint)
        }
    }

    /// `key` is what messages name.
    func call<R>(
        _ key: String? = nil, _ body: (any KeyAdministration) throws(KeyAdministrationError) -> R
    ) throws -> R {
        do throws(KeyAdministrationError) {
            return try body(service)
        } catch { throw failure(error, key: key) }
    }

    func failure(_ error: KeyAdministrationError, key: String?) -> Failure {
        if case .embedded(let error) = error { return local.failure(error, key: key) }
        return Failure(error, key: key)
    }

    /// The key that an alias, id, ARN or URI stands for. AWS takes aliases for few operations; people
    /// take them for all.
    func key(_ reference: String) throws -> KeyMetadata {
        let name = try name(reference)
        return try call(reference) { (service) throws(KeyAdministrationError) in
            try service.describe(name)
        }
    }

    /// As the service takes it.
    private func name(_ reference: String) throws -> String {
        if isEmbedded { return try LocalKeyService.keyID(reference) }
        let name = try KeyServiceTarget.ofKey(reference)?.key ?? reference
        return name.hasPrefix("key/") ? String(name.dropFirst(4)) : name
    }

    /// A verb that changes one key: the key as it is afterwards, and `outcome` in words.
    ///
    /// `body` gets the key's id.
    static func change(
        _ key: String, _ verb: String, outcome: String, _ report: ReportOptions,
        _ options: KeyServiceOptions,
        _ body: (any KeyAdministration, String) throws(KeyAdministrationError) -> Void
    ) throws {
        let session = try KeySession(report, options, key: key)
        let keyID = try session.key(key).keyID
        let changed = try session.call(key) { (service) throws(KeyAdministrationError) in
            try body(service, keyID)
            return try service.describe(keyID)
        }
        try session.report(verb, changed.json, text: "\(Escaped.text(keyID))  \(outcome)")
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
        // A service across the network may say anything.
        let year9999 = 253_402_300_799.0
        return Timestamp(
            millisecondsSince1970: Int64(min(max(seconds, 0), year9999) * 1000)
        ).iso8601
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
