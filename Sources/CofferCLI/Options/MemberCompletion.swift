import ArgumentParser
import CofferConfiguration
import ContainerFormat
import Envelope
import FileIO
import KeyProviders

extension CompletionKind {
    /// Members of the archive that the command line names.
    static var member: CompletionKind {
        .custom { words, index, _ in
            let words = TypedWords(
                words, index: index, shell: .requesting, version: CompletionShell.requestingVersion,
                home: ProcessEnvironment.current().argument("HOME"))
            return CompletionShell.lines(MemberCompletion.members(words))
        }
    }
}

/// What a shell offers where a member of an archive is to be named: one level of directories at a time.
///
/// The container is opened with what opens it at once: key files, recovery keys in files, the keystore
/// here. Nobody is asked, no token and no service is; where that is not enough, and for whatever else
/// goes wrong, nothing is offered and nothing said.
enum MemberCompletion {
    /// Somebody waits for it: an index of so many is read in a fifth of a second.
    private static let memberLimit: UInt64 = 200_000

    static func members(_ words: TypedWords) -> [String] {
        let (verb, arguments) = VerbTable.find(Array(words.others.dropFirst()))
        guard let command = try? verb.parseAsRoot(arguments) as? ExtractCommand,
            let catalog = try? catalog(command.access), catalog.memberCount <= memberLimit,
            let names = try? names(catalog, words)
        else { return [] }
        return names.map { String(decoding: $0.dropFirst(words.keptByteCount), as: UTF8.self) }
    }

    private static func catalog(_ access: ArchiveAccessOptions) throws -> ArchiveCatalog {
        let surroundings = try Surroundings.load()
        let options = try access.open.decryptionOptions(access.context, nil, surroundings)
        let file = try plainFile(FilePath(argument: access.file))
        for file in access.keys.keysFile { _ = try plainFile(FilePath(argument: file)) }
        let references = try access.keys.references(surroundings)
        return try ArchiveCatalog(
            InputFile(path: file), keys: try keys(references, surroundings), options: options)
    }

    private static func keys(
        _ references: [KeyReference], _ surroundings: Surroundings
    ) throws -> [any KeyProvider] {
        var keys: [any KeyProvider] = []
        for reference in references.ungrouped {
            switch reference {
            case .keyFile(let path, let name):
                keys.append(try KeyFile.load(try plainFile(path), name: name).key)
            case .recovery(.file(let path)):
                if case .identity(let identity) = try RecoveryFile.load(try plainFile(path)).file {
                    keys.append(RecoveryKey(identity))
                }
            case .keyService, .keyFileName, .passphrase, .recovery, .group, .agent: continue
            }
        }
        let directory = try surroundings.locations.stateDirectory().bytes
        keys.append(
            KeyServiceKey { () throws(EmbeddedKeyServiceError) in
                try EmbeddedKeyService.open(in: directory)
            })
        return keys
    }

    /// Opening a FIFO or a terminal would wait for somebody.
    private static func plainFile(_ path: FilePath) throws -> FilePath {
        guard !path.isWrittenStraight else { throw FileError.notRegular(.path(path)) }
        return path
    }

    /// What comes next of the names that begin as is typed; of a single directory what is in it as
    /// well, so that the shell sets no space behind it.
    private static func names(
        _ catalog: ArchiveCatalog, _ words: TypedWords
    ) throws -> [[UInt8]] {
        var names = try level(catalog, words.typed, isBash: words.isBash)
        if names.count == 1, let directory = names.first, directory.last == slash {
            names.formUnion(try level(catalog, directory, isBash: words.isBash))
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func level(
        _ catalog: ArchiveCatalog, _ typed: [UInt8], isBash: Bool
    ) throws -> Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        try catalog.readMembers { member in
            guard member.path != MemberPath.here else { return }
            var name = text(member.path, isBash: isBash)
            if member.kind == .directory { name.append(slash) }
            guard name.starts(with: typed), name != typed || name.last != slash else { return }
            let end = name[typed.count...].firstIndex(of: slash) ?? name.endIndex - 1
            names.insert(Array(name[...end]))
        }
        return names
    }

    private static let slash = UInt8(ascii: "/")

    /// The name itself, or spelled out as `coffer list` does it if a terminal had better not have it.
    ///
    /// bash leaves the characters that begin a command unquoted when it puts a name in the line, and
    /// an archive can come from anybody: they are spelled out too.
    private static func text(_ path: [UInt8], isBash: Bool) -> [UInt8] {
        let backslash = UInt8(ascii: "\\")
        let isPlain =
            path.allSatisfy { 0x20...0x7E ~= $0 }
            || {
                let others = path.filter { $0 != backslash }
                return Escaped.bytes(others).utf8.elementsEqual(others)
            }()
        if isPlain, !isBash || !path.contains(where: commandCharacters.contains) { return path }
        let text = Escaped.bytes(path)
        return Array(
            (isBash
                ? text.replacing("$", with: "\\x24").replacing("`", with: "\\x60") : text).utf8)
    }

    private static let commandCharacters = Array("$`".utf8)
}
