internal import ContainerFormat
package import FileIO
package import SecretMemory

/// One message on the wire: what is public, and at most one secret.
///
///      0  4  id: chosen by who asks, the same in the answer
///      4  1  kind
///      5  4  length of the fields, ≤ 131072
///      9  2  1 + length of the secret, 0 for none; ≤ 4097
///     11  …  fields, then the secret
///
/// The secret stands last so that it is read straight into secret memory (agent-protocol, Frames).
package struct AgentFrame: ~Copyable, Sendable {
    package static let headByteCount = 11
    /// A header's 64 KiB fit, and a key policy of 32 KiB in a JSON text.
    package static let fieldsLimit = 131_072
    package static let secretLimit = 4096

    package let id: UInt32
    package let kind: UInt8
    package let fields: [UInt8]
    package var secret: SecretBytes?

    package init(id: UInt32, kind: UInt8, fields: [UInt8], secret: consuming SecretBytes?) {
        self.id = id
        self.kind = kind
        self.fields = fields
        self.secret = secret
    }

    package var isWithinLimits: Bool {
        fields.count <= Self.fieldsLimit && secretByteCount <= Self.secretLimit
    }

    private var secretByteCount: Int {
        switch secret {
        case .some(let secret): secret.byteCount
        case nil: 0
        }
    }

    package func write(to socket: LocalSocket, within timeout: Duration) throws(SystemError) {
        precondition(isWithinLimits, "agent: a frame over its limits")
        var head: [UInt8] = []
        head.append(bigEndian: id)
        head.append(kind)
        head.append(bigEndian: UInt32(fields.count))
        switch secret {
        case .some(let secret):
            head.append(bigEndian: UInt16(secret.byteCount + 1))
            let open = head + fields
            try secret.withBytes { (secret) throws(SystemError) in
                unsafe try socket.write(open.span.bytes, secret, within: timeout)
            }
        case nil:
            head.append(bigEndian: UInt16(0))
            let open = head + fields
            unsafe try socket.write(open.span.bytes, RawSpan(), within: timeout)
        }
    }

    /// The next frame; nothing at the end of the stream.
    ///
    /// - Throws: ETIMEDOUT if it is not there in time, in the middle of it perhaps.
    package static func read(
        from socket: LocalSocket, within timeout: Duration? = nil
    ) throws(AgentFrameError) -> AgentFrame? {
        let source = Source(socket: socket, deadline: timeout.map { .now + $0 })
        guard let head = try source.bytes(headByteCount, mayEnd: true) else { return nil }
        var reader = ByteReader(head[...])
        guard let id = reader.integer(UInt32.self), let kind = reader.integer(UInt8.self),
            let fieldsLength = reader.integer(UInt32.self),
            let secretLength = reader.integer(UInt16.self)
        else { preconditionFailure("agent: a frame's head has all its fields") }
        // Checked before anything is allocated for it.
        guard fieldsLength <= fieldsLimit, secretLength <= secretLimit + 1 else {
            throw .overLimit
        }
        let fields = try source.bytes(Int(fieldsLength), mayEnd: false) ?? []
        guard secretLength > 0 else {
            return AgentFrame(id: id, kind: kind, fields: fields, secret: nil)
        }
        let secret = try SecretBytes(byteCount: Int(secretLength) - 1) {
            (span) throws(AgentFrameError) in
            let wanted = span.byteCount
            guard try source.fill(&span) == wanted else { throw .cut }
        }
        return AgentFrame(id: id, kind: kind, fields: fields, secret: secret)
    }

    private struct Source {
        let socket: LocalSocket
        let deadline: ContinuousClock.Instant?

        func bytes(_ count: Int, mayEnd: Bool) throws(AgentFrameError) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            var span = bytes.mutableSpan
            var room = unsafe span.mutableBytes
            let done = try fill(&room)
            if done == 0, mayEnd { return nil }
            guard done == count else { throw .cut }
            return bytes
        }

        func fill(_ span: inout MutableRawSpan) throws(AgentFrameError) -> Int {
            do throws(SystemError) { return try socket.read(into: &span, until: deadline) } catch {
                throw .system(error)
            }
        }
    }
}

package enum AgentFrameError: Error, Equatable, Sendable {
    /// The stream ended within a frame.
    case cut
    /// A length that no frame has.
    case overLimit
    case system(SystemError)
}
