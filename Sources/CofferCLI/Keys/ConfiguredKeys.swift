import FileIO
import KeyProviders

/// Keys that the configuration file names.
enum ConfiguredKeys {
    static func set(named name: String, _: ProcessEnvironment) throws -> [KeyReference] {
        throw Failure(.config, "no key set '\(Escaped.argument(name))' is configured")
    }
}
