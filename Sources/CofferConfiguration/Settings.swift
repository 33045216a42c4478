package import FileIO

/// What the configuration file says, checked whole; a missing file is a configuration without
/// settings.
package struct Settings: Equatable, Sendable {
    package enum KeyService: Equatable, Sendable {
        /// The key service inside the program.
        case embedded
    }

    package var keyService = KeyService.embedded
    package var services: [ServiceSettings] = []
    /// Key URIs by the name of their set, spelled as arguments are (``FileIO/ArgumentBytes``).
    package var keySets: [String: [String]] = [:]
    /// How many keys of a set are enough, where the set is a group.
    package var neededKeys: [String: Int] = [:]
    package var defaults = Defaults()

    /// The file that was read; nil if there is none.
    package var path: FilePath?
    /// Why this file may not name a module; nil if it may, or is not there.
    package var distrust: FileError?

    package init() {}

    /// The settings for `arn`: those with the longest prefix that fits.
    package func service(for arn: String) -> ServiceSettings? {
        services.filter { arn.hasPrefix($0.arnPrefix) }
            .max { $0.arnPrefix.utf8.count < $1.arnPrefix.utf8.count }
    }
}
