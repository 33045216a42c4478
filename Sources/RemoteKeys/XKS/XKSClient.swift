internal import KMSDomain
internal import KMSWire
internal import OpenSSLCrypto
internal import SecretMemory

/// The four operations of a proxy of external keys (AWS External Key Store Proxy API), for one store.
///
/// Each is a signed request that ends when its time is over. It is sent again, once, only where the
/// connection was lost: proxies close idle ones, also at the moment of a request, and none of the four
/// changes anything. What goes through it is encrypted, so it needs no secret memory.
final class XKSClient: ExternalKeyManager {
    private static let service = "kms-xks-proxy"
    private static let contentType = "application/json"
    private static let algorithm = "AES_GCM"
    private static let integrityAlgorithm = "SHA_256"
    private static let mostUsages = 10
    private static let keyManagerCounts = 1...10

    private let path: String
    private let region: String
    private let settings: XKSProxySettings
    private let transport: any HTTPTransport
    private let credentials: SigningCredentials
    private let time: TimeSource

    init(
        path: String, region: String, settings: XKSProxySettings, transport: any HTTPTransport,
        credentials: consuming SigningCredentials, time: TimeSource
    ) {
        self.path = path
        self.region = region
        self.settings = settings
        self.transport = transport
        self.credentials = credentials
        self.time = time
    }

    func checkHealth(_ call: ExternalKeyCall) throws(ProxyFailure) {
        let answer = try send("/health", call) { _ in }
        let states = try Self.reading { () throws(WireError) in
            let size = try answer.integer("xksProxyFleetSize")
            for name in ["xksProxyVendor", "xksProxyModel", "ekmVendor"] {
                _ = try answer.text(name)
            }
            let managers: [XKSKeyManagerState] = try answer.shapes("ekmFleetDetails")
            return size > 0 && Self.keyManagerCounts.contains(managers.count) ? managers : []
        }
        guard !states.isEmpty else { throw .malformedAnswer }
        guard states.contains(where: { $0.status != .unavailable }) else { throw .unreachable }
    }

    func describe(
        _ keyID: String, _ call: ExternalKeyCall
    ) throws(ProxyFailure) -> ExternalKey {
        // The API takes these names, and a path would lead elsewhere by them.
        guard ![".", ".."].contains(keyID) else { throw .refused(.keyNotFound) }
        let answer = try send("/keys/\(keyID)/metadata", call) { _ in }
        return try Self.reading { () throws(WireError) in
            let usages = try answer.texts("keyUsage")
            let status: XKSKeyStatus = try answer.word("keyStatus")
            guard usages.count <= Self.mostUsages else {
                throw .unknownValue(member: "keyUsage")
            }
            return ExternalKey(
                spec: try answer.text("keySpec"), usages: usages, isEnabled: status == .enabled)
        }
    }

    func encrypt(
        _ plaintext: [UInt8], under keyID: String, associatedData: [UInt8], _ call: ExternalKeyCall
    ) throws(ProxyFailure) -> ExternalCiphertext {
        let answer = try send("/keys/\(keyID)/encrypt", call) { json in
            json.member("plaintext", blob: plaintext)
            json.member("encryptionAlgorithm", Self.algorithm)
            json.member("additionalAuthenticatedData", blob: associatedData)
            json.member("ciphertextDataIntegrityValueAlgorithm", Self.integrityAlgorithm)
        }
        let (parts, integrity) = try Self.reading { () throws(WireError) in
            (
                ExternalCiphertext(
                    initializationVector: try answer.blob("initializationVector", 12...16),
                    tag: try answer.blob("authenticationTag", 16...16),
                    metadata: try answer.optionalBlob(
                        "ciphertextMetadata", ExternalCiphertext.metadataByteCounts) ?? [],
                    ciphertext: try answer.blob(
                        "ciphertext", plaintext.count...plaintext.count)),
                try answer.blob("ciphertextDataIntegrityValue", 32...32)
            )
        }
        guard let parts,
            try Self.integrity(of: parts, associatedData: associatedData) == integrity
        else { throw .malformedAnswer }
        return parts
    }

    func decrypt(
        _ ciphertext: ExternalCiphertext, under keyID: String, associatedData: [UInt8],
        _ call: ExternalKeyCall
    ) throws(ProxyFailure) -> [UInt8] {
        let answer = try send("/keys/\(keyID)/decrypt", call) { json in
            json.member("ciphertext", blob: ciphertext.ciphertext)
            json.member("encryptionAlgorithm", Self.algorithm)
            json.member("additionalAuthenticatedData", blob: associatedData)
            json.member("initializationVector", blob: ciphertext.initializationVector)
            json.member("authenticationTag", blob: ciphertext.tag)
            if !ciphertext.metadata.isEmpty {
                json.member("ciphertextMetadata", blob: ciphertext.metadata)
            }
        }
        let count = ciphertext.ciphertext.count
        return try Self.reading { () throws(WireError) in
            try answer.blob("plaintext", count...count)
        }
    }

    /// What the proxy has to have computed before it looked whether it can decrypt again: a ciphertext
    /// that was damaged on the way is found out while its plaintext is there.
    private static func integrity(
        of parts: ExternalCiphertext, associatedData: [UInt8]
    ) throws(ProxyFailure) -> [UInt8] {
        do throws(CryptoError) {
            return try SHA256.digest(
                associatedData + parts.metadata + parts.initializationVector + parts.ciphertext
                    + parts.tag)
        } catch { throw .malformedAnswer }
    }

    private func send(
        _ target: String, _ call: ExternalKeyCall, _ members: (inout JSONWriter) -> Void
    ) throws(ProxyFailure) -> JSONObject {
        let body = JSONWriter.object { json in
            json.member("requestMetadata", shape: XKSRequestMetadata(call))
            members(&json)
        }
        let request = try signed(target, body)
        let deadline = ContinuousClock.now + settings.timeout
        let answer: HTTPAnswer
        do throws(TransportError) {
            do throws(TransportError) {
                answer = try transport.send(request, deadline: deadline)
            } catch .connectionLost {
                answer = try transport.send(request, deadline: deadline)
            }
        } catch { throw ProxyFailure(error) }
        let json = try Self.reading { () throws(WireError) in
            try answer.body.withBytes(JSONObject.init)
        }
        guard answer.status != 200 else { return json }
        let refusal: ProxyFailure.Refusal = try Self.reading { () throws(WireError) in
            try json.word("errorName")
        }
        throw .refused(refusal)
    }

    private func signed(
        _ target: String, _ body: borrowing SecretBytes
    ) throws(ProxyFailure) -> HTTPRequest {
        do throws(SigV4Error) {
            var signable = try body.withBytes { bytes throws(SigV4Error) in
                try SignableRequest(
                    method: "POST", path: path + target,
                    headers: [HeaderField("host", settings.url.authority)], body: bytes)
            }
            try signable.sign(
                with: credentials, region: region, service: Self.service,
                at: SigningTime(secondsSince1970: Int64(time.now())))
            // As in the specification, only `host` and `x-amz-date` are signed.
            return HTTPRequest(
                .post, settings.url, target: path + target,
                headers: signable.headers.map { (name: $0.name, value: $0.value) }
                    + [(name: "Content-Type", value: Self.contentType)], body: body.duplicate())
        } catch { throw .malformedAnswer }
    }

    private static func reading<R>(
        _ body: () throws(WireError) -> R
    ) throws(ProxyFailure) -> R {
        do throws(WireError) { return try body() } catch { throw .malformedAnswer }
    }
}

extension ProxyFailure {
    init(_ error: TransportError) {
        switch error {
        case .timedOut: self = .timedOut
        case .tls: self = .tls
        case .hostNotFound, .cannotConnect, .connectionLost, .proxyRefused: self = .unreachable
        case .answerTooLarge, .notHTTP, .notARequest, .other: self = .malformedAnswer
        }
    }
}
