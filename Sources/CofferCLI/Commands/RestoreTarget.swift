import Envelope
import FileIO

/// The folder that an archive is restored to: a new one, which takes the name when it is whole, or
/// one that is there and gets the members when all of them are.
struct RestoreTarget {
    let path: FilePath
    let isInPlace: Bool
    let replaces: Bool
    /// What the archive may hold as its only member, which then takes the name itself.
    let unwraps: Bool

    /// - Parameter isInPlace: what is there stays, but for what the archive replaces.
    init(_ path: FilePath, isInPlace: Bool, replaces: Bool, unwraps: Bool = false) {
        var bytes = path.bytes
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        self.path = FilePath(bytes: bytes).resolvingDots
        self.isInPlace = isInPlace
        self.replaces = replaces
        self.unwraps = unwraps
    }

    /// A folder beside the target, or in it: on the same file system.
    ///
    /// A name that is taken is met now, before any work.
    func stage() throws -> StagingFolder {
        do throws(FileError) {
            if isInPlace {
                try path.makeDirectory()
                return try StagingFolder(in: path, after: FilePath(text: "restore"))
            }
            if !replaces, try path.isTaken { throw .exists(path) }
            return try StagingFolder(in: path.directory, after: path.lastComponent)
        } catch { throw explained(error) }
    }

    /// Makes all of it visible. What could not take its place is returned.
    func publish(_ folder: StagingFolder, _ report: RestoreReport) throws -> [FilePath] {
        let implied = Set(report.impliedDirectories.map { FilePath(bytes: $0) })
        do throws(FileError) {
            if isInPlace {
                return try FolderMerge(replacing: replaces, keeping: implied)
                    .run(folder, into: path)
            }
            let only = unwraps ? try folder.onlyDirectory(named: path.lastComponent) : nil
            try folder.publish(as: path, only: only, replacing: replaces)
            return []
        } catch { throw explained(error) }
    }

    private func explained(_ error: FileError) -> Failure {
        var failure = Failure(output: error)
        if case .exists(let taken) = error, taken == path, !isInPlace {
            failure.hints = [
                "restore beside it with -C FOLDER, replace it with -f, or restore into it with "
                    + "--in-place"
            ]
        }
        return failure
    }
}
