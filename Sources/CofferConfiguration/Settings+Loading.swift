package import FileIO

extension Settings {
    /// The settings of this user; without a file, the defaults.
    ///
    /// - Throws: ``ConfigurationError/wrong(_:_:)`` with every problem of the file;
    ///   ``ConfigurationError/unreadable(_:)``
    package static func load(_ locations: Locations) throws(ConfigurationError) -> Settings {
        guard let path = locations.configurationFile else { return Settings() }
        return try load(path)
    }

    package static func load(_ path: FilePath) throws(ConfigurationError) -> Settings {
        var distrust: FileError?
        let text: TextFile
        do throws(FileError) {
            let input = try InputFile(path: path)
            do throws(FileError) {
                // Asked of the open file, before a byte of it is read.
                try input.require(.othersCannotWrite)
            } catch {
                distrust = error
            }
            text = try TextFile(input)
        } catch {
            if case .cannotOpen(_, .noSuchFile) = error { return Settings() }
            throw .unreadable(error)
        }
        var (settings, problems) = parse(text.bytes)
        guard problems.isEmpty else { throw .wrong(path, problems) }
        settings.path = path
        settings.distrust = distrust
        return settings
    }

    /// What a text says and everything that is wrong with it.
    package static func parse(_ bytes: [UInt8]) -> (Settings, [ConfigurationProblem]) {
        var parser = SettingsParser()
        do throws(JSONSyntaxError) {
            parser.parse(try JSONReader.read(bytes))
        } catch {
            let problem = ConfigurationProblem(
                position: error.position, kind: .syntax(error.reason))
            return (Settings(), [problem])
        }
        return (parser.settings, parser.problems)
    }
}
