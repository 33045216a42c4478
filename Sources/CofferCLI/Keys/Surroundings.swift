import CofferConfiguration
import FileIO
import KeyProviders

/// What this run finds on the machine: environment and configuration file.
struct Surroundings {
    let environment: ProcessEnvironment
    let locations: Locations
    let settings: Settings

    static func load() throws -> Surroundings {
        let environment = ProcessEnvironment.current()
        let locations = Locations(environment: environment)
        return Surroundings(
            environment: environment, locations: locations,
            settings: try Settings.load(locations))
    }

    /// The program of a plug-in: it is of this user's own configuration, and nobody else can have
    /// changed either.
    func program(ofPlugin name: String) throws -> FilePath {
        guard let path = settings.plugins[name] else {
            throw Failure(
                .config, "no plug-in '\(Escaped.text(name))' is configured",
                file: settings.path.map(FileName.path),
                hints: ["name its program under plugins in the configuration file"])
        }
        if let distrust = settings.distrust { throw Failure(distrust) }
        do throws(FileError) { return try ProtectedProgram(path).path } catch {
            let failure = Failure(error)
            throw Failure(
                .config, "the plug-in '\(Escaped.text(name))' is not started: \(failure.message)",
                file: failure.file,
                hints: [
                    "the program and every directory on the way to it have to belong to you or root, "
                        + "and others may not write them"
                ])
        }
    }

    /// The keys of a set of the configuration; relative paths are seen from its file.
    func keySet(_ name: String) throws -> [KeyReference] {
        guard let keys = settings.keySets[name] else {
            let known = settings.keySets.keys.sorted().map(Escaped.argument)
            throw Failure(
                .config, "no key set '\(Escaped.argument(name))' is configured",
                file: settings.path.map(FileName.path),
                hints: known.isEmpty
                    ? ["describe it under key-sets in the configuration file"]
                    : ["there are: " + known.joined(separator: ", ")])
        }
        let members = try references(keys)
        guard let needed = settings.neededKeys[name] else { return members }
        return try explaining { () throws(KeyReferenceError) in
            [.group(try KeyGroup(name: name, needed: needed, members: members))]
        }
    }

    /// What `defaults` says when nothing else names a key.
    func defaultKeys() throws -> [KeyReference] {
        let keys = try references(settings.defaults.keys)
        guard let name = settings.defaults.keySet else { return keys }
        return keys + (try keySet(name))
    }

    private func references(_ texts: [String]) throws -> [KeyReference] {
        let references = try texts.map { text in
            try explaining { () throws(KeyReferenceError) in
                try KeyReference(argument: text, directory: settings.path?.directory)
            }
        }
        if references.contains(where: \.namesModule), let distrust = settings.distrust {
            throw Failure(distrust)
        }
        return references
    }

    private func explaining<R>(_ body: () throws(KeyReferenceError) -> R) throws -> R {
        do throws(KeyReferenceError) {
            return try body()
        } catch {
            let failure = Failure(error)
            throw Failure(
                .config, "in the configuration: \(failure.message)",
                file: settings.path.map(FileName.path), hints: failure.hints)
        }
    }
}
