import Envelope
import FileIO
import KeyProviders

/// An archive container that was named on the command line, open by its index.
struct OpenedArchive {
    let path: FilePath
    private let ring: KeyRing
    private let catalog: ArchiveCatalog

    init(_ access: ArchiveAccessOptions) throws {
        path = FilePath(argument: access.file)
        let surroundings = try Surroundings.load()
        let options = try access.open.decryptionOptions(access.context, nil, surroundings)
        let input = try InputFile(path: path)
        ring = try KeyRing(
            access.keys, access.passphrase, data: [.path(path)], console: access.report.console,
            surroundings: surroundings)
        do {
            catalog = try ArchiveCatalog(input, keys: try ring.openers(), options: options)
        } catch { throw ring.explain(error, file: .path(path)) }
    }

    /// Runs `body`, whose errors are told with the container's name.
    func explaining<R>(_ body: (ArchiveCatalog) throws -> R) throws -> R {
        do {
            return try body(catalog)
        } catch { throw ring.explain(error, file: .path(path)) }
    }

    /// The members that are named, and the names that mean none. A name is the member's own, or else
    /// what `coffer list` shows for one with odd characters.
    func find(
        _ names: [[UInt8]]
    ) throws -> (selection: MemberSelection, missing: [[UInt8]]) {
        let found = try explaining { try $0.find(names) }
        guard !found.missing.isEmpty else { return found }
        let shown = names.map { name in
            found.missing.contains(name) ? Escaped.read(name) ?? name : name
        }
        return shown == names ? found : try explaining { try $0.find(shown) }
    }
}
