internal import CLinux
internal import Glibc

/// The directory in which an output appears, held open so that the output appears in this one even
/// if the name of the directory moves.
struct OutputDirectory: ~Copyable, Sendable {
    let descriptor: Descriptor
    /// A directory that may be written and not read cannot be opened for fsync.
    private let canSynchronize: Bool

    init(_ path: FilePath) throws(SystemError) {
        do throws(SystemError) {
            descriptor = try Descriptor(opening: path, flags: O_RDONLY | O_DIRECTORY)
            canSynchronize = true
        } catch {
            guard error == .accessDenied else { throw error }
            descriptor = try Descriptor(opening: path, flags: coffer_o_path | O_DIRECTORY)
            canSynchronize = false
        }
    }

    var number: Int32 { descriptor.number }

    /// Names made and removed so far survive a power cut afterwards.
    func synchronize() throws(SystemError) {
        if canSynchronize { try descriptor.synchronize() }
    }

    func removeName(_ name: FilePath) throws(SystemError) {
        guard unsafe name.withCString({ unsafe unlinkat(number, $0, 0) }) == 0 else { throw .last }
    }
}
