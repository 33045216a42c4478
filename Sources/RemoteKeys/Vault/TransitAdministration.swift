internal import KMSModel
internal import KMSWire
internal import KeyAgent
internal import SecretMemory

/// The keys of one mount of Transit in the words of the AWS KMS API, as far as the two mean the same:
/// they are listed, described with their versions, and rotated. What has no counterpart is refused
/// with the command that does it.
///
/// A key's id is `MOUNT/KEY`, its ARN `vault:MOUNT/KEY`, a version's material id `vN`. There are no
/// aliases, and no states beside Enabled; the description is Transit's word for the type.
struct TransitAdministration {
    private let mount: String
    private let client: VaultClient
    private let deadline: ContinuousClock.Instant

    init(
        mount: String, client: VaultClient, deadline: ContinuousClock.Instant
    ) throws(AgentFailure) {
        guard VaultKeyName.isPath(mount) else {
            throw .misconfigured("\(mount): no mount of Transit")
        }
        self.mount = mount
        self.client = client
        self.deadline = deadline
    }

    func answer(
        _ operation: KMSOperation, _ body: [UInt8]
    ) throws(AgentFailure) -> [UInt8] {
        switch operation {
        case .listKeys: return Self.encoded(try list())
        case .listAliases: return Self.encoded(ListAliasesResponse(aliases: []))
        case .describeKey:
            let request = try Self.request(DescribeKeyRequest.self, body)
            return Self.encoded(
                DescribeKeyResponse(keyMetadata: try TransitKeyData(self, request.keyID).metadata))
        case .getKeyRotationStatus:
            let request = try Self.request(GetKeyRotationStatusRequest.self, body)
            return Self.encoded(try TransitKeyData(self, request.keyID).rotationStatus)
        case .listKeyRotations:
            let request = try Self.request(ListKeyRotationsRequest.self, body)
            let rotations = try TransitKeyData(self, request.keyID).rotations
            return Self.encoded(
                ListKeyRotationsResponse(
                    rotations: request.includeKeyMaterial == .allKeyMaterial
                        ? rotations : Array(rotations.dropFirst())))
        case .rotateKeyOnDemand:
            let request = try Self.request(RotateKeyOnDemandRequest.self, body)
            let name = try name(request.keyID)
            _ = try ask(.post, "keys/\(name.key)/rotate")
            return Self.encoded(RotateKeyOnDemandResponse(keyID: name.text))
        default: throw unsupported(operation)
        }
    }

    private func list() throws(AgentFailure) -> ListKeysResponse {
        let answer: VaultAnswer
        do throws(AgentFailure) { answer = try ask(.get, "keys?list=true") } catch {
            // Of a mount without keys, where what is no mount is said to be none.
            if error == Self.noSuchKey { return ListKeysResponse(keys: []) }
            throw error
        }
        guard let names = answer.data?["keys"]?.elements else { throw failure(.badAnswer) }
        var keys: [KeyListEntry] = []
        for name in names.compactMap(\.string) where VaultKeyName.isPath(name) {
            keys.append(
                KeyListEntry(keyID: "\(mount)/\(name)", keyARN: "vault:\(mount)/\(name)"))
        }
        return ListKeysResponse(keys: keys)
    }

    /// `KEY` or `MOUNT/KEY`, of this mount.
    func name(_ text: String) throws(AgentFailure) -> VaultKeyName {
        let prefix = mount + "/"
        do throws(VaultError) {
            let name = try VaultKeyName(text.hasPrefix(prefix) ? text : prefix + text)
            guard name.mount == mount else { throw .badKeyName(text) }
            return name
        } catch { throw Self.refused("ValidationException", "Transit has no key '\(text)'") }
    }

    func ask(
        _ method: HTTPRequest.Method, _ path: String
    ) throws(AgentFailure) -> VaultAnswer {
        let answer: VaultAnswer
        do throws(VaultError) {
            let body = method == .get ? nil : SecretText(Self.emptyObject)
            answer = try client.ask(method, "\(mount)/\(path)", body: body, deadline: deadline)
        } catch { throw failure(error) }
        switch answer.status {
        case 200, 204: return answer
        case 403: throw failure(.denied(answer.message))
        case 404 where answer.message.isEmpty: throw Self.noSuchKey
        case 404: throw Self.refused("NotFoundException", answer.message)
        default: throw failure(.refused(status: answer.status, answer.message))
        }
    }

    func failure(_ error: VaultError) -> AgentFailure {
        AgentFailure(error, service: "Vault at \(client.settings.address.authority)")
    }

    private static var emptyObject: SecretBytes {
        unsafe SecretBytes(copying: Array("{}".utf8).span.bytes)
    }

    private static let noSuchKey = refused("NotFoundException", "Transit has no such key")

    private static func refused(_ name: String, _ message: String) -> AgentFailure {
        .refused(name: name, message: message)
    }

    private func unsupported(_ operation: KMSOperation) -> AgentFailure {
        let command =
            switch operation {
            case .createKey: "vault write -f \(mount)/keys/NAME"
            case .enableKey, .disableKey, .cancelKeyDeletion:
                "its keys have no states; policies say who may use \(mount)/decrypt/NAME"
            case .scheduleKeyDeletion:
                "vault write \(mount)/keys/NAME/config deletion_allowed=true, then vault delete "
                    + "\(mount)/keys/NAME, at once and for ever"
            case .createAlias, .updateAlias, .deleteAlias: "a key's name is its only one"
            default: "the vault command"
            }
        return Self.refused(
            "UnsupportedOperationException", "Transit has no \(operation.rawValue): \(command)")
    }

    private static func encoded(_ shape: some WireShape) -> [UInt8] {
        AWSJSON.encode(shape).withBytes { bytes in
            unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        }
    }

    private static func request<Request: WireShape>(
        _ type: Request.Type, _ body: [UInt8]
    ) throws(AgentFailure) -> Request {
        do throws(WireError) {
            return unsafe try AWSJSON.decode(type, from: body.span.bytes)
        } catch { throw refused("SerializationException", "not a request of this operation") }
    }
}
