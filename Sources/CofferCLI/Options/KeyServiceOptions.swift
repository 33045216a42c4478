import ArgumentParser
import CofferConfiguration

/// Which key service a `coffer key …` works with.
struct KeyServiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The key service, if not the configured one: embedded, aws-kms:, vault:MOUNT or a URL. \
            A key that is named by URI says it already.
            """, valueName: "service"))
    var keyService: String?

    func target(_ surroundings: Surroundings) throws -> KeyServiceTarget {
        guard let keyService else { return KeyServiceTarget(surroundings.settings.keyService) }
        return try KeyServiceTarget(option: keyService)
    }

    /// For verbs that work with the keystore of this machine and no other.
    func requireEmbedded(_ verb: String, _ surroundings: Surroundings) throws {
        guard try target(surroundings) != .embedded else { return }
        throw Failure(
            .usage, "'coffer \(verb)' is for the embedded key service, and another is chosen",
            hints: [
                "a key service across the network is backed up and audited where it runs",
                "for the keystore of this machine: coffer \(verb) --key-service embedded",
            ])
    }
}
