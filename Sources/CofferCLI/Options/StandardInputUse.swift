import FileIO
import KeyProviders

/// Standard input is the data or a secret, not both: read as one it would be missing in the other.
struct StandardInputUse {
    private let isData: Bool

    /// - Parameter data: what the verb reads.
    init(data: [InputSource]) {
        isData = data.contains { source in
            switch source {
            case .standardInput: true
            case .path(let path): path.isStandardInput
            }
        }
    }

    func refuse(_ passphrase: PassphraseSource) throws {
        let hint = "give the passphrase another descriptor: --passphrase-fd 3 3< FILE"
        switch passphrase {
        case .descriptor(let number):
            if number == 0 { try refuse("the passphrase", hint) }
        case .file(let path): try refuse(path, "the passphrase", hint)
        }
    }

    func refuse(_ keys: KeyOptions) throws {
        for file in keys.keysFile {
            try refuse(
                FilePath(argument: file), "the list of keys",
                "give the list another descriptor: -K /dev/fd/3 3< FILE")
        }
    }

    func refuse(_ references: [KeyReference]) throws {
        for case .keyFile(let path, name: _) in references {
            try refuse(
                path, "a key file",
                "give the key another descriptor: -k keyfile:/dev/fd/3 3< FILE")
        }
    }

    private func refuse(_ path: FilePath, _ secret: String, _ hint: String) throws {
        if isData, path.isStandardInput { try refuse(secret, hint) }
    }

    private func refuse(_ secret: String, _ hint: String) throws {
        guard isData else { return }
        throw Failure(
            .usage, "standard input is both the data and \(secret)", hints: [hint])
    }
}
