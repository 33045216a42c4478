import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

@testable import RemoteKeys

/// External key stores themselves: made, connected, changed.
@Suite(
    "External key stores and their proxies", .serialized,
    .enabled(if: XKSProxyProcess.isThere, "\(RealService.missing)"))
struct XKSStoreTests {
    private let world: XKSWorld

    init() throws { world = try XKSWorld() }

    @Test(
        "A store is made only of a proxy that answers as it should",
        arguments: [
            (
                "sick-error-AuthenticationFailedException",
                "XksProxyIncorrectAuthenticationCredentialException"
            ),
            ("sick-error-InvalidUriPathException", "XksProxyInvalidConfigurationException"),
            ("sick-error-AccessDeniedException", "XksProxyInvalidConfigurationException"),
            ("sick-error-DependencyTimeoutException", "XksProxyUriUnreachableException"),
            ("sick-error-ThrottlingException", "XksProxyUriUnreachableException"),
            ("sick-error-InternalException", "XksProxyInvalidResponseException"),
            ("sick-error-ValidationException", "XksProxyInvalidResponseException"),
            ("sick-html", "XksProxyInvalidResponseException"),
            ("sick-redirect", "XksProxyInvalidResponseException"),
            ("sick-empty-object", "XksProxyInvalidResponseException"),
            ("sick-empty", "XksProxyInvalidResponseException"),
            ("sick-none", "XksProxyInvalidResponseException"),
            ("sick-many", "XksProxyInvalidResponseException"),
            ("sick-strange", "XksProxyInvalidResponseException"),
            ("sick-unavailable", "XksProxyUriUnreachableException"),
            ("sick-dying", "XksProxyUriUnreachableException"),
        ])
    func creation(manner: String, exception: String) throws {
        #expect(world.told { _ = try world.make(manner) }.hasPrefix(exception + ":"))
        #expect(try world.store.read { try $0.customKeyStores(in: .local) }.isEmpty)
    }

    @Test("A proxy that is another, not trusted, silent or not in the configuration is not used")
    func ways() throws {
        for (endpoint, words) in [
            (XKSWorld.otherHost, "AWS KMS cannot establish a TLS connection"),
            (XKSWorld.untrusted, "AWS KMS cannot establish a TLS connection"),
            (XKSWorld.silent, "AWS KMS cannot communicate with"),
            (XKSWorld.unknown, "AWS KMS cannot communicate with"),
        ] {
            #expect(
                world.told { _ = try world.make(endpoint: endpoint) }
                    .hasPrefix("XksProxyUriUnreachableException: " + words))
        }
        #expect(
            world.told { _ = try world.make(secret: String(repeating: "z", count: 43)) }
                .hasPrefix("XksProxyIncorrectAuthenticationCredentialException:"))
        #expect(
            world.told { _ = try world.make(connectivity: .vpcEndpointService) }
                .hasPrefix("UnsupportedOperationException:"))
        _ = try world.make("sick-degraded")
    }

    @Test("Connected stores are asked how they are, and stay connected whatever they say")
    func health() throws {
        try world.proxy.setMood("good")
        let id = try world.connected("moody")
        _ = try world.make("good")
        // As another process that has not used the store yet.
        let service = world.secondService()
        for (mood, failure) in [
            ("good", nil), ("unavailable", .proxyNotReachable), ("html", .proxyInvalidResponse),
            ("error-AuthenticationFailedException", .invalidCredentials), ("good", nil),
        ] as [(String, ConnectionFailure?)] {
            try world.proxy.setMood(mood)
            #expect(
                try service.checkKeyStoreHealth() == [KeyStoreHealth(id: id, failure: failure)])
            #expect(try world.entry(id).connectionState == .connected)
        }
        let asked = try world.proxy.requests(XKSWorld.path("moody") + "/health").last
        let metadata = try #require(asked?["requestMetadata"] as? [String: String])
        #expect(metadata["kmsOperation"] == "KmsHealthCheck")
        #expect(Set(metadata.keys) == ["kmsOperation", "kmsRequestId"])
        try world.disconnect(id)
        #expect(try service.checkKeyStoreHealth().isEmpty)
    }

    @Test(
        "What a connection fails with, the store says, and it connects when that is over",
        arguments: [
            ("error-AuthenticationFailedException", ConnectionErrorCode.invalidCredentials),
            ("error-AccessDeniedException", .xksProxyAccessDenied),
            ("error-InvalidUriPathException", .xksProxyInvalidConfiguration),
            ("error-DependencyTimeoutException", .xksProxyTimedOut),
            ("html", .xksProxyInvalidResponse), ("unavailable", .xksProxyNotReachable),
            ("dying", .xksProxyNotReachable),
        ])
    func connection(mood: String, code: ConnectionErrorCode) throws {
        try world.proxy.setMood("good")
        let id = try world.make("moody")
        try world.proxy.setMood(mood)
        try world.connect(id)
        let entry = try world.entry(id)
        #expect(entry.connectionState == .failed)
        #expect(entry.connectionErrorCode == code)
        #expect(
            world.told { try world.connect(id) }.hasPrefix("CustomKeyStoreInvalidStateException:"))
        try world.disconnect(id)
        try world.proxy.setMood("good")
        try world.connect(id)
        #expect(try world.entry(id).connectionState == .connected)
        #expect(try world.entry(id).connectionErrorCode == nil)
    }

    @Test("Path and credential change while it is connected, the endpoint only when it is not")
    func changes() throws {
        let id = try world.connected()
        let key = try world.makeKey(in: id)
        let blob = try world.encrypt("text", under: key)
        try world.update(
            id, accessKey: "AKIAXKSPROXYTESTKEY3", secret: String(repeating: "y", count: 43))
        #expect(
            try world.entry(id).xksProxyConfiguration?.accessKeyID == "AKIAXKSPROXYTESTKEY3")
        #expect(try world.decrypt(blob) == "text")
        try world.update(id, name: "renamed", manner: "long-vector")
        #expect(try world.decrypt(blob, by: world.secondService()) == "text")
        #expect(
            world.told { try world.update(id, endpoint: XKSWorld.hasty) }
                .hasPrefix("CustomKeyStoreInvalidStateException:"))
        #expect(
            world.told { try world.update(id, manner: "sick-html") }
                .hasPrefix("XksProxyInvalidResponseException:"))
        #expect(
            world.told { try world.update(id, accessKey: XKSWorld.accessKey, secret: "wrong") }
                .hasPrefix("XksProxyIncorrectAuthenticationCredentialException:"))
        #expect(try world.decrypt(blob) == "text")
        try world.disconnect(id)
        #expect(
            world.refusal { _ = try world.decrypt(blob) }
                == .kmsInvalidState("\(key) is unavailable."))
        #expect(
            world.told { _ = try world.makeKey("key-2", in: id) }
                .hasPrefix("CustomKeyStoreInvalidStateException:"))
        let metadata = try world.service.describeKey(
            DescribeKeyRequest(keyID: key), caller: world.caller)
        #expect(metadata.keyMetadata.keyState == .unavailable)
    }

    @Test("Each store has an address and a name of its own, and parameters of its type only")
    func addresses() throws {
        let id = try world.make()
        #expect(
            world.told { _ = try world.make(name: "another") }
                .hasPrefix("XksProxyUriInUseException:"))
        #expect(
            world.told { _ = try world.make("long-vector", name: "good") }
                .hasPrefix("CustomKeyStoreNameInUseException:"))
        let second = try world.make("long-vector")
        #expect(
            world.told { try world.update(second, manner: "good") }
                .hasPrefix("XksProxyUriInUseException:"))
        let (service, caller) = (world.service, world.caller)
        #expect(
            world.told {
                try service.updateCustomKeyStore(
                    UpdateCustomKeyStoreRequest(
                        customKeyStoreID: id, keyStorePassword: XKSWorld.bytes("1234567")),
                    caller: caller)
            }.hasPrefix("ValidationException:"))
        #expect(
            world.told {
                _ = try service.createCustomKeyStore(
                    CreateCustomKeyStoreRequest(
                        customKeyStoreName: "x", customKeyStoreType: .externalKeyStore,
                        xksProxyURIEndpoint: XKSWorld.endpoint,
                        xksProxyURIPath: XKSWorld.path("x"),
                        xksProxyConnectivity: .publicEndpoint), caller: caller)
            }.hasPrefix("ValidationException:"))
        #expect(
            world.told {
                _ = try service.createCustomKeyStore(
                    CreateCustomKeyStoreRequest(
                        customKeyStoreName: "x", cloudHSMClusterID: "cluster-2345672345a",
                        trustAnchorCertificate: "x", keyStorePassword: XKSWorld.bytes("1234567")),
                    caller: caller)
            }.hasPrefix("UnsupportedOperationException:"))
    }

    @Test("A store whose root has changed opens its secret under the new one only")
    func movedRoot() throws {
        let id = try world.make()
        let store = try #require(try world.store.read { try $0.customKeyStore(id) })
        let key = SecretBytes(randomByteCount: 32)
        let made = SoftwareRootOfTrust(key: key.duplicate())
        let other = try #require(made)
        let moved = try CustomKeyStoreConnections.moved(store, from: world.root, to: other)
        #expect(moved.sealedSecret != store.sealedSecret)
        #expect(throws: KeyBackendError.materialNotAuthentic) {
            _ = try CustomKeyStoreConnections.moved(moved, from: world.root, to: other)
        }
        let back = try CustomKeyStoreConnections.moved(moved, from: other, to: world.root)
        try world.store.write { try $0.update(back) }
        try world.connect(id)
        #expect(try world.entry(id).connectionState == .connected)
    }
}
