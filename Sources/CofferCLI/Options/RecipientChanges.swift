import ArgumentParser
import KeyProviders

/// Who comes and who goes.
struct RecipientChanges: ParsableArguments {
    @Option(
        help: ArgumentHelp("Somebody who can open it from now on.", valueName: "uri"),
        completion: .keyReference)
    var addKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "Somebody to remove: a key, passphrase:, keyfile:#NAME or an ARN.", valueName: "uri"),
        completion: .keyReference)
    var removeKey: [String] = []

    @Option(
        help: ArgumentHelp("Add the keys of a set of the configuration.", valueName: "name"),
        completion: .keySet)
    var addKeySet: [String] = []

    @Option(
        help: ArgumentHelp("Remove the keys of a set of the configuration.", valueName: "name"),
        completion: .keySet)
    var removeKeySet: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Add a group, of which any K open it together: --add-group officers:2 KEY KEY KEY. "
                + "Without keys, those of the key set NAME.", valueName: "name:k key"))
    var addGroup: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Remove the group of these keys, or the one that the configuration has as NAME.",
            valueName: "name:k key"))
    var removeGroup: [String] = []

    @Flag(help: "Add those of -k, or of the keys used without it, that are missing.")
    var complete = false

    @Flag(help: "Make the container anew with a new data key, which old keys do not open.")
    var revoke = false

    func requireSome() throws {
        guard
            complete || revoke || !addKey.isEmpty || !removeKey.isEmpty || !addKeySet.isEmpty
                || !removeKeySet.isEmpty || !addGroup.isEmpty || !removeGroup.isEmpty
        else {
            throw Failure.usage("nothing to change", "use --add-key URI or --remove-key URI")
        }
    }

    func added(_ surroundings: Surroundings, _ ring: KeyRing) throws -> [KeyReference] {
        let named = try addKey.map { try KeyReference(argument: $0) }
        let sets =
            try addKeySet.flatMap { try surroundings.keySet($0) }
            + GroupOptions.references(addGroup, surroundings)
        // One that is named twice is told so when it is added.
        guard !sets.isEmpty || complete else { return named }
        return (named + sets + (complete ? ring.wanted : [])).uniqued
    }

    func removed(_ surroundings: Surroundings) throws -> [KeyReference] {
        try removeKey.map { try KeyReference(argument: $0) }
            + (try removeKeySet.flatMap { try surroundings.keySet($0) })
            + (try GroupOptions.references(removeGroup, surroundings))
    }
}
