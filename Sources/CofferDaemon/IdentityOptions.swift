import ArgumentParser
import FileIO
import KMSDomain
import KMSService
import KeyProviders

/// For verbs that manage accounts, users and roles.
struct IdentityOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The account, if not the keystore's first.", valueName: "id"))
    var account: String?

    @OptionGroup var place: PlaceOptions

    struct Session {
        let identities: IdentityAdministration
        let simulate: (SimulationRequest) throws(SimulationError) -> PolicySimulation
        let realm: Realm
        let account: String?

        func arn(_ name: String) throws -> String {
            try PrincipalName.arn(name, account: account, in: identities, realm: realm)
        }
    }

    func with(_ body: (Session) throws -> Void) throws {
        try Self.with(place, account: account, body)
    }

    /// Opens the keystore for `body`, and closes it.
    static func with(
        _ place: PlaceOptions, account: String? = nil, _ body: (Session) throws -> Void
    ) throws {
        let surroundings = try Surroundings(place)
        let keystore = try surroundings.open()
        let served = keystore.served
        let session = Session(
            identities: served.identities, simulate: served.simulate, realm: served.realm,
            account: account)
        do {
            try body(session)
            try keystore.close()
        } catch let error as EmbeddedKeyServiceError { throw surroundings.failure(error) }
    }

    /// The text of a policy in a file.
    static func policy(_ file: String) throws -> String {
        let path = FilePath(argument: file)
        guard
            let text = String(
                validating: try TextFile(path: path, limit: 1 << 16).bytes, as: UTF8.self)
        else { throw Failure(.input, "'\(path.displayText)' is not UTF-8") }
        return text
    }
}
