import FileIO
import KeyProviders

/// Standard input is the data, a list or a secret, and one of them: read as one it would be missing in
/// the others.
struct StandardInputUse {
    private let isData: Bool

    /// - Parameter data: what the verb reads.
    init(data: [InputSource]) {
        isData = data.contains(where: \.isStandardInput)
    }

    /// A file that is standard input may be named as often as one likes: each name is opened anew. A
    /// lone - is not opened but read to its end.
    static func refuseTwice(lists: [InputSource], data: [InputSource]) throws {
        let named = data.filter(\.isStandardInput)
        guard named.count < 2 || !named.contains(.standardInput) else {
            throw Failure.usage(
                "standard input is named twice", "it can be read once: name - once")
        }
        let listed = lists.filter(\.isStandardInput)
        guard listed.isEmpty || named.isEmpty else {
            throw Failure.usage(
                "standard input is both the list of files and the data",
                "give the list another descriptor: --files-from /dev/fd/3 3< FILE")
        }
        guard listed.count < 2 else {
            throw Failure.usage(
                "standard input is the list of files twice", "name it once")
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
        for reference in references.ungrouped {
            switch reference {
            case .keyFile(let path, name: _):
                try refuse(
                    path, "a key file",
                    "give the key another descriptor: -k keyfile:/dev/fd/3 3< FILE")
            case .recovery(.file(let path)):
                try refuse(
                    path, "a recovery key",
                    "give the key another descriptor: -k recovery:/dev/fd/3 3< FILE")
            case .keyService, .keyFileName, .passphrase, .recovery, .group, .agent: break
            }
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
