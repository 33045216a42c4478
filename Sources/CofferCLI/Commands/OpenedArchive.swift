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
}
