/// What an agent answers. A secret that was asked for is the frame's secret.
package enum AgentAnswer: Equatable, Sendable {
    case hello(version: UInt16)
    case key(handle: UInt32, OpenedKey)
    case token(handle: UInt32, OpenedToken)
    case material(handle: UInt32)
    /// A stanza body, a sealed root or material, an answer's JSON; with a generated key beside it.
    case bytes([UInt8])
    /// It is done; an unwrapped or derived secret is in the frame.
    case done
    case status(AgentStatus)
    case failed(AgentFailure)

    package struct OpenedKey: Equatable, Sendable {
        package let stanzaType: String
        package let keyID: [UInt8]
        package let displayName: String
        package let makesFileKeys: Bool
    }

    package struct OpenedToken: Equatable, Sendable {
        package let displayName: String
        package let identity: [UInt8]
    }

    package var kind: UInt8 {
        switch self {
        case .hello: 0x81
        case .key: 0x82
        case .token: 0x83
        case .material: 0x84
        case .bytes: 0x85
        case .done: 0x86
        case .status: 0x87
        case .failed: 0x8F
        }
    }

    package var fields: [UInt8] {
        var writer = FieldWriter()
        switch self {
        case .hello(let version): writer.integer(version)
        case .key(let handle, let key):
            writer.integer(handle)
            writer.text(key.stanzaType)
            writer.data(key.keyID)
            writer.text(key.displayName)
            writer.integer(UInt8(key.makesFileKeys ? 1 : 0))
        case .token(let handle, let token):
            writer.integer(handle)
            writer.text(token.displayName)
            writer.data(token.identity)
        case .material(let handle): writer.integer(handle)
        case .bytes(let bytes): writer.data(bytes)
        case .done: break
        case .status(let status):
            writer.integer(status.process)
            writer.integer(status.requestCount)
            writer.integer(status.handleCount)
            writer.integer(status.idleSecondsLeft)
        case .failed(let failure): failure.write(to: &writer)
        }
        return writer.bytes
    }

    /// Nothing for what is no answer.
    package init?(kind: UInt8, fields: [UInt8]) {
        var reader = FieldReader(fields)
        guard let answer = Self.parse(kind, &reader), reader.isAtEnd else { return nil }
        self = answer
    }

    private static func parse(_ kind: UInt8, _ reader: inout FieldReader) -> AgentAnswer? {
        switch kind {
        case 0x81: return reader.integer(UInt16.self).map { .hello(version: $0) }
        case 0x82:
            guard let handle = reader.integer(UInt32.self), let type = reader.text(),
                let keyID = reader.data(), let name = reader.text(),
                let makes = reader.integer(UInt8.self), makes <= 1
            else { return nil }
            return .key(
                handle: handle,
                OpenedKey(
                    stanzaType: type, keyID: keyID, displayName: name, makesFileKeys: makes == 1))
        case 0x83:
            guard let handle = reader.integer(UInt32.self), let name = reader.text(),
                let identity = reader.data()
            else { return nil }
            return .token(handle: handle, OpenedToken(displayName: name, identity: identity))
        case 0x84: return reader.integer(UInt32.self).map { .material(handle: $0) }
        case 0x85: return reader.data().map { .bytes($0) }
        case 0x86: return .done
        case 0x87:
            guard let process = reader.integer(UInt32.self),
                let requests = reader.integer(UInt64.self),
                let handles = reader.integer(UInt32.self), let idle = reader.integer(UInt32.self)
            else { return nil }
            return .status(
                AgentStatus(
                    process: process, requestCount: requests, handleCount: handles,
                    idleSecondsLeft: idle))
        case 0x8F: return AgentFailure(&reader).map { .failed($0) }
        default: return nil
        }
    }
}

/// What an agent of the session says of itself.
package struct AgentStatus: Equatable, Sendable {
    package let process: UInt32
    package let requestCount: UInt64
    /// Open keys, tokens and material, of all connections.
    package let handleCount: UInt32
    /// Until it ends by itself; 0 where it does not.
    package let idleSecondsLeft: UInt32

    package init(
        process: UInt32, requestCount: UInt64, handleCount: UInt32, idleSecondsLeft: UInt32
    ) {
        self.process = process
        self.requestCount = requestCount
        self.handleCount = handleCount
        self.idleSecondsLeft = idleSecondsLeft
    }
}
