import ArgumentParser
import FileIO
import KMSDomain
import KMSService
import KeyProviders
import SecretMemory

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a keystore with one key, an account and its first access key.",
        discussion: """
            cofferd init
                prints the access key, which is told this once
            eval "$(cofferd init)" && cofferd serve
            cofferd init --credentials root.credentials
                into a file of AWS's form that only its owner reads: name it in
                AWS_SHARED_CREDENTIALS_FILE
            cofferd init --root 'pkcs11:token=hsm;object=coffer' --create-token-keys
                its root key is sealed by a key of a token; with --isolation token all
                key material is made in the token and used there

            A keystore that coffer made is taken as it is, and gets account and access key.
            """)

    @Option(
        help: ArgumentHelp("Put the access key into this new file.", valueName: "file"),
        completion: .file())
    var credentials: String?

    @Option(
        help: ArgumentHelp(
            "Seal the keystore's root key with the passphrase in a file; "
                + "COFFER_ROOT_PASSPHRASE_FILE names it afterwards.", valueName: "file"),
        completion: .file())
    var rootPassphraseFile: String?

    @OptionGroup var token: RootTokenOptions
    @OptionGroup var place: PlaceOptions

    func run() throws {
        let surroundings = try Surroundings(place)
        let keystore = try openOrCreate(surroundings)
        let served = keystore.served
        let realm = served.realm
        do {
            if try !served.identities.accounts().contains(where: { $0.id == realm.accountID }) {
                try served.identities.createAccount(id: realm.accountID, name: "root")
            }
            let root = "arn:aws:iam::\(realm.accountID):root"
            guard try served.identities.accessKeys(of: root).isEmpty else {
                throw Failure(
                    .output, "the keystore is set up already", "serve it: cofferd serve",
                    "another access key: cofferd user create-key root")
            }
            let made = try served.identities.createAccessKey(for: root)
            try AccessKeyText.give(
                made, region: realm.region, to: credentials.map { FilePath(argument: $0) })
            try keystore.close()
        } catch { throw surroundings.failure(error) }
        if let credentials {
            Console.hint(
                "export AWS_SHARED_CREDENTIALS_FILE='\(Escaped.argument(credentials))' "
                    + AccessKeyText.regionVariables(realm.region))
        } else {
            Console.note("the secret access key is not shown again")
        }
        Console.hint("cofferd serve")
    }

    private func openOrCreate(_ surroundings: Surroundings) throws -> EmbeddedKeyService {
        let directory = surroundings.keystore
        do {
            if try EmbeddedKeyService.exists(in: directory.bytes) {
                if rootPassphraseFile != nil || token.root != nil {
                    throw Failure(
                        .usage, "the keystore is there already: its root is not made here",
                        "move it to another: coffer key move-root")
                }
                return try surroundings.open()
            }
            let made = try create(surroundings)
            Console.note(
                "made a keystore in '\(directory.displayText)' with the key "
                    + EmbeddedKeyService.defaultAlias)
            return made
        } catch { throw surroundings.failure(error) }
    }

    private func create(_ surroundings: Surroundings) throws -> EmbeddedKeyService {
        let directory = surroundings.keystore.bytes
        switch try token.root(surroundings.tokens) {
        case .some(let root):
            guard rootPassphraseFile == nil else {
                throw Failure(
                    .usage, "a root on a token has no passphrase", "the token has its PIN")
            }
            return try EmbeddedKeyService.create(in: directory, root: root)
        case .none:
            let passphrase: SecretBytes?
            if let rootPassphraseFile {
                passphrase = try SecretInput.passphrase(
                    path: FilePath(argument: rootPassphraseFile))
            } else {
                passphrase = nil
            }
            return try EmbeddedKeyService.create(in: directory, rootPassphrase: passphrase)
        }
    }
}
