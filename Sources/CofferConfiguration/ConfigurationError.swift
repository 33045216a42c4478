package import FileIO

/// Why there is no configuration to work with.
package enum ConfigurationError: Error, Equatable, Sendable {
    /// The file is there and cannot be read.
    case unreadable(FileError)
    /// The file says something wrong; every problem that was found, in the order of the file.
    case wrong(FilePath, [ConfigurationProblem])
    /// COFFER_HOME, XDG_DATA_HOME and HOME are all unset: there is no place for keys.
    case noStateDirectory
    /// COFFER_HOME, or HOME where it would count, is a path that depends on where one stands.
    case relativeStateDirectory(variable: String, FilePath)
}
