import FileIO
import KeyProviders

extension KeyOptions {
    /// The keys that the command line names; without any those of COFFER_KEYS, which are separated
    /// by white space; without any those of the configuration's defaults.
    func references(
        _ surroundings: Surroundings, groups: GroupOptions? = nil
    ) throws -> [KeyReference] {
        var references = try key.map { try KeyReference(argument: $0) }
        for file in keysFile { references += try Self.read(FilePath(argument: file)) }
        for name in keySet { references += try surroundings.keySet(name) }
        if let groups { references += try groups.references(surroundings) }
        if !references.isEmpty { return references.uniqued }
        if let text = surroundings.environment.argument("COFFER_KEYS") {
            references = try text.split(whereSeparator: \.isWhitespace)
                .map { try KeyReference(argument: String($0)) }
        }
        if references.isEmpty { references = try surroundings.defaultKeys() }
        return references.uniqued
    }

    private static func read(_ path: FilePath) throws -> [KeyReference] {
        var references: [KeyReference] = []
        for line in try TextFile(path: path).lines {
            let text = line.argument.drop(while: \.isWhitespace)
            guard let first = text.first, first != "#" else { continue }
            do throws(KeyReferenceError) {
                let end = text.lastIndex { !$0.isWhitespace } ?? text.startIndex
                references.append(
                    try KeyReference(argument: String(text[...end]), directory: path.directory))
            } catch {
                let failure = Failure(error)
                throw Failure(
                    failure.code, "'\(path.displayText)' line \(line.number): \(failure.message)",
                    file: .path(path), hints: failure.hints)
            }
        }
        guard !references.isEmpty else {
            throw Failure(.usage, "'\(path.displayText)' names no key", file: .path(path))
        }
        return references
    }
}

extension [KeyReference] {
    /// With its members in the place of each group.
    var ungrouped: [KeyReference] {
        flatMap { if case .group(let group) = $0 { group.members } else { [$0] } }.uniqued
    }

    /// Without repetitions, in the same order.
    var uniqued: [KeyReference] {
        var seen: Set<KeyReference> = []
        return filter { seen.insert($0).inserted }
    }
}
