internal import ContainerFormat
internal import Envelope
internal import FileIO

/// Opens and verifies containers.
///
///     let decryptor = Decryptor(keys: [key])
///     try decryptor.decrypt(.file(path: "home.tar.coffer"), to: .file(path: "home.tar"))
public struct Decryptor: Sendable {
    /// Tried in this order; the container has no say in it.
    public var keys: [ContainerKey]
    /// Pairs that the container's context must have.
    public var requiredContext: [String: String] = [:]
    /// Give out no more than so many bytes.
    public var outputLimit: UInt64?

    public init(keys: [ContainerKey]) { self.keys = keys }

    /// Writes the plaintext of one container and returns how many bytes it has.
    ///
    /// A file is there only if all of the container was authentic. A descriptor gets authentic bytes
    /// in order as they come: if this throws, what it got is incomplete.
    @discardableResult
    public func decrypt(
        _ source: ContainerStream, to target: ContainerStream
    ) throws(ContainerFailure) -> UInt64 {
        do {
            let input = try source.input()
            let output = try target.output(inputs: [input.identity])
            let summary = try decryption().run(input, to: output)
            try output.commit()
            return summary.plaintextByteCount
        } catch { throw ContainerFailure(error) }
    }

    /// Reads all of a container and throws unless every byte of it is authentic.
    @discardableResult
    public func verify(_ source: ContainerStream) throws(ContainerFailure) -> UInt64 {
        do {
            return try decryption().run(try source.input(), to: nil).plaintextByteCount
        } catch { throw ContainerFailure(error) }
    }

    private func decryption() throws -> Decryption {
        var options = DecryptionOptions()
        guard let context = ContainerContext(requiredContext.map { ($0.key, $0.value) }) else {
            throw ContainerFailure(.usage, "this context is not possible")
        }
        options.requiredContext = context
        options.outputLimit = outputLimit
        return Decryption(keys: keys.flatMap(\.openers), options: options)
    }
}
