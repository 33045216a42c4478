/// What a person calls the thing that was read or written.
package enum FileName: Hashable, Sendable {
    case path(FilePath)
    case standardInput
    case standardOutput
    /// A descriptor that the command line named by number.
    case descriptor(Int32)
    /// The output of a program that was started.
    case program(FilePath)
    /// The controlling terminal.
    case terminal
}
