package import SecretMemory

/// Leads to proxies of external key managers.
package protocol ExternalKeyConnector: Sendable {
    /// Nothing is sent yet.
    ///
    /// - Throws: ``ProxyFailure/unreachable`` if there is no way to this proxy.
    func manager(
        at proxy: KeyStoreProxy, region: String, secret: consuming SecretBytes
    ) throws(ProxyFailure) -> any ExternalKeyManager
}

/// Makes and opens ciphertexts with keys that others hold. What it sees is encrypted already. All of it
/// blocks the calling thread, for as long as the connector allows.
package protocol ExternalKeyManager: Sendable {
    /// Whether requests are let in and at least one key manager behind the proxy works.
    func checkHealth(_ call: ExternalKeyCall) throws(ProxyFailure)

    func describe(_ keyID: String, _ call: ExternalKeyCall) throws(ProxyFailure) -> ExternalKey

    func encrypt(
        _ plaintext: [UInt8], under keyID: String, associatedData: [UInt8], _ call: ExternalKeyCall
    ) throws(ProxyFailure) -> ExternalCiphertext

    func decrypt(
        _ ciphertext: ExternalCiphertext, under keyID: String, associatedData: [UInt8],
        _ call: ExternalKeyCall
    ) throws(ProxyFailure) -> [UInt8]
}

/// What a proxy is told of the call that it is asked for.
package struct ExternalKeyCall: Equatable, Sendable {
    package let operation: String
    package let requestID: String
    /// Nothing where the call concerns no key.
    package var principalARN: String?
    package var keyARN: String?

    package init(
        operation: String, requestID: String, principalARN: String? = nil, keyARN: String? = nil
    ) {
        self.operation = operation
        self.requestID = requestID
        self.principalARN = principalARN
        self.keyARN = keyARN
    }
}

/// What a proxy says of a key.
package struct ExternalKey: Equatable, Sendable {
    package let spec: String
    package let usages: [String]
    package let isEnabled: Bool

    package init(spec: String, usages: [String], isEnabled: Bool) {
        self.spec = spec
        self.usages = usages
        self.isEnabled = isEnabled
    }

    /// What a key of the service needs of it.
    package var isUsable: Bool {
        spec == "AES_256" && usages.contains("ENCRYPT") && usages.contains("DECRYPT") && isEnabled
    }
}

/// The parts of AES-256-GCM's output, and what the proxy wants to have back with them.
package struct ExternalCiphertext: Equatable, Sendable {
    package static let tagByteCount = 16
    package static let metadataByteCounts = 0...20

    /// 12 or 16 bytes.
    package let initializationVector: [UInt8]
    package let tag: [UInt8]
    package let metadata: [UInt8]
    /// As long as the plaintext.
    package let ciphertext: [UInt8]

    /// Nothing if a part has a length that it cannot have.
    package init?(
        initializationVector: [UInt8], tag: [UInt8], metadata: [UInt8], ciphertext: [UInt8]
    ) {
        guard [12, 16].contains(initializationVector.count), tag.count == Self.tagByteCount,
            Self.metadataByteCounts.contains(metadata.count)
        else { return nil }
        self.initializationVector = initializationVector
        self.tag = tag
        self.metadata = metadata
        self.ciphertext = ciphertext
    }
}
