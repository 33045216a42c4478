import ContainerFormat
import FileIO

extension EncryptCommand {
    /// Name and time of the input, for a decryption with --restore-name.
    static func metadata(_ input: InputFile) throws -> Metadata {
        var metadata = Metadata()
        guard case .path(let path) = input.name else {
            throw Failure.usage("--store-name, and standard input has no name")
        }
        metadata.name = path.lastComponent.bytes
        do throws(ContainerError) {
            _ = try metadata.restorableName()
        } catch {
            throw Failure.usage(
                "the name of '\(path.displayText)' cannot be stored",
                "stored names are UTF-8 without control characters; leave --store-name away")
        }
        metadata.modificationTime = input.modificationNanoseconds
        return metadata
    }
}
