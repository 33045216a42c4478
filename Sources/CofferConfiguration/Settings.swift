package import FileIO

/// What the configuration file says, checked whole; a missing file is a configuration without
/// settings.
package struct Settings: Equatable, Sendable {
    package enum KeyService: Equatable, Sendable {
        /// The key service inside the program.
        case embedded
        /// One that speaks the API of AWS KMS: at a URL, or where AWS's own variables and files say.
        case aws(endpoint: String?)

        /// `embedded`, `aws-kms:` or a URL; nothing for another text.
        package init?(_ text: String) {
            switch text {
            case "embedded": self = .embedded
            case "aws-kms:": self = .aws(endpoint: nil)
            case _ where Settings.isURL(text): self = .aws(endpoint: text)
            default: return nil
            }
        }

        package var text: String {
            switch self {
            case .embedded: "embedded"
            case .aws(let endpoint): endpoint ?? "aws-kms:"
            }
        }
    }

    package var keyService = KeyService.embedded
    package var services: [ServiceSettings] = []
    /// Programs that serve keys, by name; they count only if ``distrust`` is nil.
    package var plugins: [String: FilePath] = [:]
    /// Key URIs by the name of their set, spelled as arguments are (``FileIO/ArgumentBytes``).
    package var keySets: [String: [String]] = [:]
    /// How many keys of a set are enough, where the set is a group.
    package var neededKeys: [String: Int] = [:]
    package var defaults = Defaults()
    package var server = DaemonSettings()

    /// The file that was read; nil if there is none.
    package var path: FilePath?
    /// Why this file may not name a program or module; nil if it may, or is not there.
    package var distrust: FileError?

    package init() {}

    static func isURL(_ text: String) -> Bool {
        text.hasPrefix("https://") && text.utf8.count > 8
            || text.hasPrefix("http://") && text.utf8.count > 7
    }

    /// The settings for `arn`: those with the longest prefix that fits.
    package func service(for arn: String) -> ServiceSettings? {
        services.filter { arn.hasPrefix($0.arnPrefix) }
            .max { $0.arnPrefix.utf8.count < $1.arnPrefix.utf8.count }
    }
}
