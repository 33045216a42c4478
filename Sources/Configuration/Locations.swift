package import FileIO

/// Where this user's files lie, by the environment. Nothing is looked up in the user database: the
/// static program cannot.
package struct Locations: Equatable, Sendable {
    /// `$XDG_CONFIG_HOME/coffer/config.json`, else `$HOME/.config/coffer/config.json`; nil where
    /// neither is set, which is the same as no file.
    package let configurationFile: FilePath?

    private let state: FilePath?

    package init(environment: ProcessEnvironment) {
        configurationFile =
            Self.base(environment, "XDG_CONFIG_HOME", orInHome: ".config")?
            .appending(component: "coffer/config.json")
        state =
            environment.path("COFFER_HOME")
            ?? Self.base(environment, "XDG_DATA_HOME", orInHome: ".local/share")?
            .appending(component: "coffer")
    }

    /// The embedded key service's directory: `$COFFER_HOME`, else `$XDG_DATA_HOME/coffer`, else
    /// `$HOME/.local/share/coffer`.
    ///
    /// - Throws: ``ConfigurationError/noStateDirectory`` where all three are unset.
    package func stateDirectory() throws(ConfigurationError) -> FilePath {
        guard let state else { throw .noStateDirectory }
        return state
    }

    /// The XDG rules: a relative path is invalid and ignored.
    private static func base(
        _ environment: ProcessEnvironment, _ variable: String, orInHome directory: String
    ) -> FilePath? {
        if let path = environment.path(variable), path.isAbsolute { return path }
        return environment.path("HOME")?.appending(component: directory)
    }
}
