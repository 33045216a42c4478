import ArgumentParser
import CofferConfiguration
import Envelope
import FileIO
import KeyProviders

/// What an opener demands of a container.
struct OpenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only a recipient of this type may open it: aws-kms, vault-transit, pkcs11, keyfile, "
                + "passphrase, mlkem768x25519, threshold or batch.",
            valueName: "type"))
    var requireRecipient: String?

    @Option(
        help: ArgumentHelp("Give out no more than so many bytes.", valueName: "size"))
    var maxOutput: String?

    func decryptionOptions(
        _ context: ContextOptions, _ work: WorkOptions?, _ surroundings: Surroundings
    ) throws -> DecryptionOptions {
        var options = DecryptionOptions()
        options.engine = try AESEngine.chosen(surroundings.environment)
        options.requiredContext = try context.parsed
        options.requiredRecipientType = requireRecipient
        if let maxOutput {
            guard let limit = ByteCount.parse(maxOutput) else {
                throw Failure.usage(
                    "'\(Escaped.argument(maxOutput))' is no size",
                    "write 4096, 10MiB or 2GB")
            }
            options.outputLimit = limit
        }
        if let work {
            options.workerCount = try work.workerCount(
                byDefault: surroundings.settings.defaults.threadCount)
        }
        return options
    }
}
