import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

@testable import RemoteKeys

/// Keys in external key stores, through a proxy that is a program of its own.
@Suite(
    "External key stores", .serialized,
    .enabled(if: XKSProxyProcess.isThere, "\(RealService.missing)"))
struct XKSTests {
    private let world: XKSWorld

    init() throws { world = try XKSWorld() }

    @Test(
        "A key in an external key store encrypts twice, and the proxy sees neither text nor secret")
    func doubleEncryption() throws {
        let id = try world.connected("no-metadata")
        let entry = try world.entry(id)
        #expect(entry.customKeyStoreType == .externalKeyStore)
        #expect(
            entry.xksProxyConfiguration
                == XksProxyConfiguration(
                    connectivity: .publicEndpoint, accessKeyID: XKSWorld.accessKey,
                    uriEndpoint: XKSWorld.endpoint, uriPath: XKSWorld.path("no-metadata")))
        #expect(entry.cloudHSMClusterID == nil && entry.trustAnchorCertificate == nil)
        let key = try world.makeKey("key-2", in: id)
        let metadata = try world.service.describeKey(
            DescribeKeyRequest(keyID: key), caller: world.caller
        ).keyMetadata
        #expect(metadata.origin == .externalKeyStore)
        #expect(metadata.customKeyStoreID == id)
        #expect(metadata.xksKeyConfiguration?.id == "key-2")
        #expect(metadata.currentKeyMaterialID == nil)
        let context = try EncryptionContext([(key: Array("a".utf8), value: Array("b".utf8))])
        let blob = try world.encrypt("the text", under: key, context: context)
        // header, lengths, vector, tag, the text and a tag, mac
        #expect(blob.count == 72 + 2 + 12 + 16 + 8 + 16 + 32)
        #expect(try world.decrypt(blob, context: context) == "the text")
        #expect(try world.decrypt(blob, context: context, by: world.secondService()) == "the text")
        let dataKey = try world.service.generateDataKey(
            GenerateDataKeyRequest(keyID: key, keySpec: .aes256), caller: world.caller)
        #expect(dataKey.plaintext.byteCount == 32)
        let requests = try world.proxy.requests(XKSWorld.path("no-metadata") + "/keys/key-2")
        #expect(requests.count == 5)
        let asked = requests.map { $0["requestMetadata"] as? [String: String] }
        #expect(
            asked.map { $0?["kmsOperation"] } == [
                "CreateKey", "Encrypt", "Decrypt", "Decrypt", "GenerateDataKey",
            ])
        #expect(asked[0]?["kmsKeyArn"] == nil)
        for request in asked {
            #expect(request?["awsPrincipalArn"] == world.caller.arn)
            #expect(request?["kmsRequestId"]?.utf8.count == 36)
        }
        #expect(asked[1]?["kmsKeyArn"] == key)
        #expect(
            asked[1]?["kmsRequestId"]
                == world.audit.events.first { $0.name == "Encrypt" }?.requestID.text)
        let seen = Data(base64Encoded: requests[1]["plaintext"] as? String ?? "")
        #expect(seen?.count == 8 + 16)
        #expect(seen?.range(of: Data("the text".utf8)) == nil)
        #expect(seen?.range(of: Data("the".utf8)) == nil)
    }

    @Test(
        "The largest text and every length of vector and metadata go through",
        arguments: [
            "good", "long-vector", "no-metadata",
        ])
    func sizes(manner: String) throws {
        let key = try world.makeKey("key_3.a", in: world.connected(manner))
        for text in ["x", String(repeating: "é", count: 2048)] {
            let blob = try world.encrypt(text, under: key)
            #expect(blob.count <= 6144)
            #expect(try world.decrypt(blob) == text)
        }
        #expect(
            world.told { _ = try world.encrypt(String(repeating: "x", count: 4097), under: key) }
                .hasPrefix("ValidationException"))
    }

    @Test(
        "A blob with one byte changed, or another context, is no blob, and the proxy is not asked")
    func altered() throws {
        let id = try world.connected()
        let key = try world.makeKey(in: id)
        let blob = try world.encrypt("x", under: key)
        let prefix = XKSWorld.path("good") + "/keys/key-1/decrypt"
        let before = try world.proxy.requests(prefix).count
        for index in blob.indices {
            var changed = blob
            changed[index] ^= 1
            let refusal = world.refusal { _ = try world.decrypt(changed) }
            #expect(refusal == .invalidCiphertext, "byte \(index)")
        }
        for length in stride(from: 0, to: blob.count, by: 7) where length > 0 {
            #expect(
                world.refusal { _ = try world.decrypt(Array(blob.prefix(length))) }
                    == .invalidCiphertext)
        }
        let context = try EncryptionContext([(key: [97], value: [98])])
        #expect(
            world.refusal { _ = try world.decrypt(blob, context: context) } == .invalidCiphertext)
        #expect(try world.proxy.requests(prefix).count == before)
        #expect(try world.decrypt(blob) == "x")
    }

    @Test(
        "Each error of a proxy has its exception and its message",
        arguments: ProxyFailure.Refusal.allCases)
    func errors(refusal: ProxyFailure.Refusal) throws {
        let id = try world.connected()
        let key = try world.makeKey(in: id)
        let blob = try world.encrypt("text", under: key)
        // Health is good there, so the store stays connected.
        let manner = "error-" + refusal.rawValue
        try world.update(id, manner: manner)
        let told = world.told { _ = try world.decrypt(blob) }
        #expect(told.hasPrefix("KMSInvalidStateException: "))
        let message =
            switch refusal {
            case .validation: "AWS KMS cannot interpret the response"
            case .invalidState: "The external key associated with this KMS key"
            case .invalidCiphertext: "The external key store proxy rejected the request because"
            case .invalidKeyUsage: "The external key associated with this KMS key"
            case .authenticationFailed: "The external key store proxy rejected the request because"
            case .accessDenied: "The external key store proxy denied access"
            case .keyNotFound: "The external key associated with this KMS key"
            case .invalidURIPath: "The external key store proxy rejected the request because"
            case .throttling: "The external key store proxy rejected the request due to"
            case .unsupportedOperation: "The external key store proxy rejected the request because"
            case .dependencyTimeout: "The external key store proxy did not respond"
            case .internalFailure: "The external key store proxy rejected the request because"
            }
        #expect(told.contains(message))
        #expect(world.told { _ = try world.encrypt("text", under: key) } == told)
        let creation = world.told { _ = try world.makeKey("key-2", in: id) }
        let exception =
            switch refusal {
            case .invalidState, .invalidKeyUsage, .unsupportedOperation:
                "XksKeyInvalidConfigurationException"
            case .keyNotFound: "XksKeyNotFoundException"
            case .accessDenied: "KMSInvalidStateException"
            case .validation, .invalidCiphertext, .authenticationFailed, .invalidURIPath,
                .throttling, .dependencyTimeout, .internalFailure:
                "CustomKeyStoreInvalidStateException"
            }
        #expect(creation.hasPrefix(exception + ": " + message))
        try world.update(id, manner: "good")
        #expect(try world.decrypt(blob) == "text")
    }

    @Test(
        "What is no answer of the protocol is told as such, and nothing is followed or believed",
        arguments: [
            "html", "list", "empty-object", "cut", "huge", "redirect", "odd-vector",
            "long-metadata", "short-tag", "short-ciphertext", "damaged", "no-integrity",
            "no-base64", "error-NoSuchException",
        ])
    func lies(manner: String) throws {
        let id = try world.connected(manner)
        let key: String
        if manner.hasPrefix("error-") {
            try world.update(id, manner: "good")
            key = try world.makeKey(in: id)
            try world.update(id, manner: manner)
        } else {
            key = try world.makeKey(in: id)
        }
        let interpreted = "KMSInvalidStateException: AWS KMS cannot interpret the response"
        #expect(world.told { _ = try world.encrypt("text", under: key) }.hasPrefix(interpreted))
        try world.update(id, manner: "good")
        let blob = try world.encrypt("text", under: key)
        #expect(try world.decrypt(blob) == "text")
    }

    @Test("A proxy that decrypts to something else gets nobody to believe it")
    func otherPlaintext() throws {
        let id = try world.connected("other-plaintext")
        let key = try world.makeKey(in: id)
        let blob = try world.encrypt("text", under: key)
        #expect(
            world.told { _ = try world.decrypt(blob) }
                == "KMSInvalidStateException: The ciphertext that the external key store proxy "
                + "submitted f")
        try world.update(id, manner: "short-plaintext")
        #expect(
            world.told { _ = try world.decrypt(blob) }
                .hasPrefix("KMSInvalidStateException: AWS KMS cannot interpret"))
        try world.update(id, manner: "good")
        #expect(try world.decrypt(blob) == "text")
    }

    @Test("A proxy that dies in the middle of an answer, or is away, is out of reach")
    func dying() throws {
        let id = try world.connected("dying")
        let key = try world.makeKey(in: id)
        let away = "KMSInvalidStateException: AWS KMS cannot communicate with the external key"
        #expect(world.told { _ = try world.encrypt("text", under: key) }.hasPrefix(away))
        try world.update(id, manner: "good")
        let blob = try world.encrypt("text", under: key)
        #expect(try world.decrypt(blob) == "text")
    }

    @Test("A slow proxy is waited for as long as AWS waits, and no longer")
    func slow() throws {
        // The time is real: a busy machine may need it all to be let in, so that is tried again.
        var made: String?
        for _ in 0..<20 where made == nil {
            made = try? world.make("slow", endpoint: XKSWorld.hasty)
        }
        let id = try #require(made)
        for _ in 0..<20 {
            try world.connect(id)
            if try world.entry(id).connectionState == .connected { break }
            try world.disconnect(id)
        }
        var key: String?
        for _ in 0..<20 where key == nil { key = try? world.makeKey(in: id) }
        let start = ContinuousClock.now
        let told = world.told { _ = try world.encrypt("text", under: key ?? "") }
        // The proxy takes two seconds.
        #expect(ContinuousClock.now - start < .milliseconds(1900))
        #expect(ContinuousClock.now - start >= .milliseconds(250))
        #expect(
            told.hasPrefix("KMSInvalidStateException: AWS KMS rejected the request because"))
    }

    @Test("Only an AES-256 key that is enabled, encrypts and decrypts becomes a key, and only once")
    func keys() throws {
        let id = try world.connected()
        for (external, exception) in [
            ("absent", "XksKeyNotFoundException"), ("..", "XksKeyNotFoundException"),
            ("disabled", "XksKeyInvalidConfigurationException"),
            ("signing", "XksKeyInvalidConfigurationException"),
            ("only-encrypts", "XksKeyInvalidConfigurationException"),
            ("short", "XksKeyInvalidConfigurationException"),
            ("asleep", "CustomKeyStoreInvalidStateException"),
            ("busy", "CustomKeyStoreInvalidStateException"),
        ] {
            #expect(
                world.told { _ = try world.makeKey(external, in: id) }.hasPrefix(exception + ":"))
        }
        let key = try world.makeKey("key-1", in: id)
        #expect(
            world.told { _ = try world.makeKey("key-1", in: id) }
                .hasPrefix("XksKeyAlreadyInUseException:"))
        // Another store's keys are others.
        let other = try world.connected("long-vector")
        _ = try world.makeKey("key-1", in: other)
        _ = try world.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7), caller: world.caller)
        #expect(
            world.told { _ = try world.makeKey("key-1", in: id) }
                .hasPrefix("XksKeyAlreadyInUseException:"))
        world.clock.advance(days: 7)
        _ = try world.makeKey("key-1", in: id)
        for request in [
            CreateKeyRequest(origin: .externalKeyStore, customKeyStoreID: id),
            CreateKeyRequest(origin: .externalKeyStore, xksKeyID: "key-2"),
            CreateKeyRequest(origin: .awsCloudHSM, customKeyStoreID: id),
            CreateKeyRequest(origin: .awsKMS, customKeyStoreID: id),
            CreateKeyRequest(xksKeyID: "key-2"),
        ] {
            let told = world.told {
                _ = try world.service.createKey(request, caller: world.caller)
            }
            #expect(told.hasPrefix("ValidationException:"))
        }
        let told = world.told {
            _ = try world.service.createKey(
                CreateKeyRequest(
                    origin: .externalKeyStore, multiRegion: true, customKeyStoreID: id,
                    xksKeyID: "key-2"), caller: world.caller)
        }
        #expect(told.hasPrefix("UnsupportedOperationException:"))
    }

    @Test("What keys in an external key store cannot do is refused")
    func refused() throws {
        let id = try world.connected()
        let key = try world.makeKey(in: id)
        let origin = KMSError.unsupportedOperation(
            "\(key) origin is EXTERNAL_KEY_STORE which is not valid for this operation.")
        let (service, caller) = (world.service, world.caller)
        for body: () throws -> Void in [
            {
                _ = try service.rotateKeyOnDemand(
                    RotateKeyOnDemandRequest(keyID: key), caller: caller)
            },
            {
                try service.enableKeyRotation(
                    EnableKeyRotationRequest(keyID: key), caller: caller)
            },
            {
                _ = try service.deleteImportedKeyMaterial(
                    DeleteImportedKeyMaterialRequest(keyID: key), caller: caller)
            },
            {
                _ = try service.generateDataKeyPair(
                    GenerateDataKeyPairRequest(keyID: key, keyPairSpec: .eccNISTP256),
                    caller: caller)
            },
        ] { #expect(world.refusal(body) == origin) }
        let replica = world.told {
            _ = try service.replicateKey(
                ReplicateKeyRequest(keyID: key, replicaRegion: "eu-west-1"), caller: caller)
        }
        #expect(replica.hasPrefix("UnsupportedOperationException:"))
        let random = world.told {
            _ = try service.generateRandom(
                GenerateRandomRequest(numberOfBytes: 1, customKeyStoreID: id), caller: caller)
        }
        #expect(random.hasPrefix("UnsupportedOperationException:"))
    }
}
