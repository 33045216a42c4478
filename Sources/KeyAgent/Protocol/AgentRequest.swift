package import ContainerFormat

/// What is asked of an agent. A PIN, a file key or a root that belongs to it is the frame's secret.
package enum AgentRequest: Sendable {
    /// The first of a connection.
    case hello(version: UInt16)
    /// Secret: the PIN, if it was asked for.
    case open(AgentReference)
    case generate(key: UInt32, WrapBinding)
    /// Secret: what to wrap.
    case wrap(key: UInt32, WrapBinding)
    case unwrap(key: UInt32, keyID: [UInt8], body: [UInt8], WrapBinding)
    case call(AgentReference, operation: String, body: [UInt8])
    /// Secret: the PIN, if it was asked for.
    case openToken(AgentReference)
    /// Secret: the root.
    case sealRoot(token: UInt32)
    case unsealRoot(token: UInt32, sealed: [UInt8])
    case derive(token: UInt32, info: [UInt8])
    case generateMaterial(token: UInt32, MaterialRow)
    case openMaterial(token: UInt32, MaterialRow, sealed: [UInt8])
    case deriveKey(material: UInt32, info: [UInt8])
    /// Secret: the PIN, if it was asked for.
    case createRootKeys(AgentReference, isolated: Bool)
    /// Secret: the material.
    case importMaterial(token: UInt32, MaterialRow)
    case exportMaterial(token: UInt32, MaterialRow, sealed: [UInt8])
    /// A handle is used no more.
    case close(UInt32)
    case status
    case lock
    case stop

    package static let version: UInt16 = 1
    static let helloKind: UInt8 = 0x01
    /// Begins the fields of hello, so that no other protocol is taken for this one.
    static let magic = Array("COFA".utf8)

    package var kind: UInt8 {
        switch self {
        case .hello: Self.helloKind
        case .open: 0x02
        case .generate: 0x03
        case .wrap: 0x04
        case .unwrap: 0x05
        case .call: 0x06
        case .openToken: 0x07
        case .sealRoot: 0x08
        case .unsealRoot: 0x09
        case .derive: 0x0A
        case .generateMaterial: 0x0B
        case .openMaterial: 0x0C
        case .deriveKey: 0x0D
        case .close: 0x0E
        case .createRootKeys: 0x0F
        case .status: 0x10
        case .lock: 0x11
        case .stop: 0x12
        case .importMaterial: 0x13
        case .exportMaterial: 0x14
        }
    }

    package var fields: [UInt8] {
        var writer = FieldWriter()
        switch self {
        case .hello(let version):
            writer.data(Self.magic)
            writer.integer(version)
        case .open(let reference), .openToken(let reference): writer.reference(reference)
        case .generate(let key, let binding), .wrap(let key, let binding):
            writer.integer(key)
            writer.binding(binding)
        case .unwrap(let key, let keyID, let body, let binding):
            writer.integer(key)
            writer.data(keyID)
            writer.data(body)
            writer.binding(binding)
        case .call(let reference, let operation, let body):
            writer.reference(reference)
            writer.text(operation)
            writer.data(body)
        case .sealRoot(let handle), .close(let handle): writer.integer(handle)
        case .unsealRoot(let handle, let bytes), .derive(let handle, let bytes),
            .deriveKey(let handle, let bytes):
            writer.integer(handle)
            writer.data(bytes)
        case .createRootKeys(let reference, let isolated):
            writer.reference(reference)
            writer.integer(UInt8(isolated ? 1 : 0))
        case .generateMaterial(let token, let row), .importMaterial(let token, let row):
            writer.integer(token)
            writer.row(row)
        case .openMaterial(let token, let row, let sealed),
            .exportMaterial(let token, let row, let sealed):
            writer.integer(token)
            writer.row(row)
            writer.data(sealed)
        case .status, .lock, .stop: break
        }
        return writer.bytes
    }

    /// Nothing for a kind that this version does not have, or fields that do not fill the frame.
    package init?(kind: UInt8, fields: [UInt8]) {
        var reader = FieldReader(fields)
        guard let request = Self.parse(kind, &reader), reader.isAtEnd else { return nil }
        self = request
    }

    private static func parse(_ kind: UInt8, _ reader: inout FieldReader) -> AgentRequest? {
        switch kind {
        case helloKind:
            guard reader.data() == magic, let version = reader.integer(UInt16.self) else {
                return nil
            }
            return .hello(version: version)
        case 0x02: return reader.reference().map { .open($0) }
        case 0x06:
            guard let reference = reader.reference(), let operation = reader.text(),
                let body = reader.data()
            else { return nil }
            return .call(reference, operation: operation, body: body)
        case 0x07: return reader.reference().map { .openToken($0) }
        case 0x0F:
            guard let reference = reader.reference(), let isolated = reader.integer(UInt8.self),
                isolated <= 1
            else { return nil }
            return .createRootKeys(reference, isolated: isolated == 1)
        case 0x10: return .status
        case 0x11: return .lock
        case 0x12: return .stop
        default: break
        }
        guard let handle = reader.integer(UInt32.self) else { return nil }
        switch kind {
        case 0x03: return reader.binding().map { .generate(key: handle, $0) }
        case 0x04: return reader.binding().map { .wrap(key: handle, $0) }
        case 0x05:
            guard let keyID = reader.data(), let body = reader.data(),
                let binding = reader.binding()
            else { return nil }
            return .unwrap(key: handle, keyID: keyID, body: body, binding)
        case 0x08: return .sealRoot(token: handle)
        case 0x09: return reader.data().map { .unsealRoot(token: handle, sealed: $0) }
        case 0x0A: return reader.data().map { .derive(token: handle, info: $0) }
        case 0x0B: return reader.row().map { .generateMaterial(token: handle, $0) }
        case 0x0C:
            guard let row = reader.row(), let sealed = reader.data() else { return nil }
            return .openMaterial(token: handle, row, sealed: sealed)
        case 0x0D: return reader.data().map { .deriveKey(material: handle, info: $0) }
        case 0x0E: return .close(handle)
        case 0x13: return reader.row().map { .importMaterial(token: handle, $0) }
        case 0x14:
            guard let row = reader.row(), let sealed = reader.data() else { return nil }
            return .exportMaterial(token: handle, row, sealed: sealed)
        default: return nil
        }
    }
}
