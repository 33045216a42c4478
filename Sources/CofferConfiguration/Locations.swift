package import FileIO

/// Where this user's files lie, by the environment. Nothing is looked up in the user database: the
/// static program cannot.
package struct Locations: Equatable, Sendable {
    /// `$XDG_CONFIG_HOME/coffer/config.json`, else `$HOME/.config/coffer/config.json`; nil where
    /// neither is set to an absolute path, which is the same as no file.
    package let configurationFile: FilePath?

    private let state: Result<FilePath, ConfigurationError>

    package init(environment: ProcessEnvironment) {
        configurationFile =
            Self.base(environment, "XDG_CONFIG_HOME", orInHome: ".config")?
            .appending(component: "coffer/config.json")
        state = Self.state(environment)
    }

    /// The embedded key service's directory: `$COFFER_HOME`, else `$XDG_DATA_HOME/coffer`, else
    /// `$HOME/.local/share/coffer`.
    ///
    /// - Throws: ``ConfigurationError/noStateDirectory`` where all three are unset;
    ///   ``ConfigurationError/relativeStateDirectory(variable:_:)``
    package func stateDirectory() throws(ConfigurationError) -> FilePath { try state.get() }

    /// Keys must not be made or looked for in another place after each `cd`.
    private static func state(
        _ environment: ProcessEnvironment
    ) -> Result<FilePath, ConfigurationError> {
        if let path = environment.path("COFFER_HOME") {
            return path.isAbsolute
                ? .success(path)
                : .failure(.relativeStateDirectory(variable: "COFFER_HOME", path))
        }
        if let base = base(environment, "XDG_DATA_HOME", orInHome: ".local/share") {
            return .success(base.appending(component: "coffer"))
        }
        if let home = environment.path("HOME") {
            return .failure(.relativeStateDirectory(variable: "HOME", home))
        }
        return .failure(.noStateDirectory)
    }

    /// The XDG rules: a relative path is invalid and ignored.
    private static func base(
        _ environment: ProcessEnvironment, _ variable: String, orInHome directory: String
    ) -> FilePath? {
        if let path = environment.path(variable), path.isAbsolute { return path }
        guard let home = environment.path("HOME"), home.isAbsolute else { return nil }
        return home.appending(component: directory)
    }
}
