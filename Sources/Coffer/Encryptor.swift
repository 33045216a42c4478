internal import ContainerFormat
internal import Envelope
internal import FileIO

/// Encrypts files and streams into containers.
///
///     let key = try ContainerKey.keyFile(atPath: "backup.key")
///     let encryptor = Encryptor(keys: [key])
///     try encryptor.encrypt(.file(path: "home.tar"), to: .file(path: "home.tar.coffer"))
public struct Encryptor: Sendable {
    /// How the data is compressed before it is encrypted.
    public enum Compression: Sendable {
        /// Not at all: the lengths of the container tell nothing of the content.
        case none
        /// zstd at level 3 where that pays.
        case automatic
        /// zstd at level 1…19.
        case level(Int)
    }

    /// Anyone of these opens the containers.
    public var keys: [ContainerKey]
    public var compression = Compression.automatic
    /// Public pairs, bound to the data, that a decryptor may demand.
    public var context: [String: String] = [:]

    public init(keys: [ContainerKey]) { self.keys = keys }

    /// Writes one container. Returns how many bytes went in; on failure a file is not there.
    @discardableResult
    public func encrypt(
        _ source: ContainerStream, to target: ContainerStream
    ) throws(ContainerFailure) -> UInt64 {
        do {
            var options = EncryptionOptions()
            switch compression {
            case .none: options.compression = .none
            case .automatic: options.compression = .automatic
            case .level(let level):
                guard (1...19).contains(level) else {
                    throw ContainerFailure(.usage, "compression level \(level)")
                }
                options.compression = .level(level)
            }
            guard let context = ContainerContext(context.map { ($0.key, $0.value) }) else {
                throw ContainerFailure(.usage, "this context is not possible")
            }
            options.context = context
            let input = try source.input()
            let output = try target.output(inputs: [input.identity])
            let summary = try Encryption(recipients: keys.map(\.provider), options: options)
                .run(input, to: output)
            try output.commit()
            return summary.plaintextByteCount
        } catch { throw ContainerFailure(error) }
    }
}
