package import FileIO
internal import SecretMemory

/// The shared configuration and credentials files.
package struct AWSProfiles: Sendable {
    package static let empty = AWSProfiles(configuration: .empty, credentials: .empty)
    private static let fileLimit = 1 << 20

    private let profiles: [String: AWSProfile]
    private let services: [String: AWSProfile]

    /// Files that are not there are empty.
    package init(_ environment: ProcessEnvironment) throws(AWSCredentialError) {
        let configuration = try Self.read(environment, "AWS_CONFIG_FILE", "config")
        let credentials = try Self.read(
            environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
        self.init(configuration: configuration, credentials: credentials)
    }

    package init(configuration: INIFile, credentials: INIFile) {
        var options: [String: [String: INIFile.Value]] = [:]
        var services: [String: AWSProfile] = [:]
        for (section, values) in configuration.sections {
            let words = ShellWords.split(section) ?? []
            if section == "default" {
                // [profile default] is the same, and wins.
                if options["default"] == nil { options["default"] = values }
            } else if section.hasPrefix("profile"), words.count == 2 {
                options[words[1]] = values
            } else if section.hasPrefix("services"), words.count == 2 {
                services[words[1]] = AWSProfile(name: words[1], options: values)
            }
        }
        for (name, values) in credentials.sections {
            options[name, default: [:]].merge(values) { _, credential in credential }
        }
        profiles = Dictionary(
            uniqueKeysWithValues: options.map { name, options in
                (name, AWSProfile(name: name, options: options))
            })
        self.services = services
    }

    package subscript(name: String) -> AWSProfile? { profiles[name] }

    /// A `[services NAME]` section.
    package func services(_ name: String) -> AWSProfile? { services[name] }

    private static func read(
        _ environment: ProcessEnvironment, _ variable: String, _ name: String
    ) throws(AWSCredentialError) -> INIFile {
        let home = environment["HOME"].map { FilePath(bytes: $0) }
        let path: FilePath
        if let given = environment[variable] {
            if given.starts(with: "~/".utf8), let home {
                path = home.appending(component: FilePath(bytes: Array(given.dropFirst(2))))
            } else {
                path = FilePath(bytes: given)
            }
        } else {
            guard let home else { return .empty }
            path = home.appending(component: ".aws/\(name)")
        }
        let content: SecretBytes
        do throws(FileError) {
            content = try SecretInput.content(of: InputFile(path: path), limit: fileLimit)
        } catch {
            if case .cannotOpen(_, .noSuchFile) = error { return .empty }
            throw .unreadable(error)
        }
        do throws(INIFile.Failure) {
            return try INIFile(content)
        } catch { throw .malformed(path, line: error.line) }
    }
}
