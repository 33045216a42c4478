internal import ContainerFormat
package import FileIO

extension ArchiveCatalog {
    /// Whether `folder` is what restoring the archive to it makes: each member is there, of its kind,
    /// length and time. What else is there does not count.
    ///
    /// A folder of the same name that is all the archive holds takes the name itself
    /// (``StagingFolder/publish(as:only:replacing:)``).
    package func isRestored(to folder: FilePath, options: RestoreOptions) throws -> Bool {
        var isWrapped = true
        var isUnwrapped = true
        try readMembers { member in
            guard isWrapped || isUnwrapped,
                let path = MemberPath.stripping(
                    member.path == MemberPath.here ? 0 : options.strippedComponentCount,
                    of: member.path)
            else { return }
            guard MemberPath.isContained(path) else {
                (isWrapped, isUnwrapped) = (false, false)
                return
            }
            let name = FilePath(bytes: path)
            isWrapped = isWrapped && Self.fits(member, folder.appending(component: name))
            guard path != MemberPath.here else { return }
            isUnwrapped =
                isUnwrapped && MemberPath.isOrIsBelow(path, folder.lastComponent.bytes)
                && Self.fits(member, folder.directory.appending(component: name))
        }
        return isWrapped || isUnwrapped
    }

    private static func fits(_ member: IndexedMember, _ path: FilePath) -> Bool {
        guard let found = TreeMember(at: path) else { return false }
        let time = FileTime(seconds: member.seconds, nanoseconds: member.nanoseconds)
        guard found.modificationTime == time else { return false }
        return switch member.kind {
        case .regular: found.kind == .regular && found.byteCount == member.byteCount
        // As the name that it links to.
        case .hardLink: found.kind != .directory
        case .symbolicLink: found.kind == .symbolicLink
        case .characterDevice: found.kind == .characterDevice
        case .blockDevice: found.kind == .blockDevice
        case .directory: found.kind == .directory
        case .fifo: found.kind == .fifo
        }
    }
}
