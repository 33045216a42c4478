import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// CreateKey, DescribeKey, ListKeys and the aliases.
@Suite struct KeyManagementTests {
    @Test(
        "A new key is enabled, symmetric, without rotation, and described by each of its names",
        arguments: Assembly.allCases)
    func createAndDescribe(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let made = try fixture.service.createKey(
            CreateKeyRequest(description: "for backups"), caller: fixture.caller
        ).keyMetadata
        #expect(made.keyState == .enabled)
        #expect(made.enabled)
        #expect(made.description == "for backups")
        #expect(made.keySpec == .symmetricDefault)
        #expect(made.keyUsage == .encryptDecrypt)
        #expect(made.origin == .awsKMS)
        #expect(made.keyManager == .customer)
        #expect(made.encryptionAlgorithms == [.symmetricDefault])
        #expect(made.creationDate == TurnedClock.start.secondsSince1970)
        #expect(made.arn == "arn:aws:kms:coffer-local-1:000000000000:key/\(made.keyID)")
        try fixture.service.createAlias(
            CreateAliasRequest(aliasName: "alias/a", targetKeyID: made.keyID),
            caller: fixture.caller)
        for name in [
            made.keyID, made.arn, "alias/a",
            "arn:aws:kms:coffer-local-1:000000000000:alias/a",
        ] { #expect(try fixture.metadata(name) == made) }
    }

    @Test("Keys are listed with what they are, page by page, in a record for each page")
    func listMetadata() throws {
        let fixture = try Fixture()
        for _ in 0..<3 { _ = try fixture.makeKey() }
        let before = fixture.audit.events.count
        let first = try fixture.service.listKeyMetadata(
            ListKeysRequest(limit: 2), caller: fixture.caller)
        let rest = try fixture.service.listKeyMetadata(
            ListKeysRequest(limit: 2, marker: first.nextMarker), caller: fixture.caller)
        #expect(fixture.audit.events.dropFirst(before).map(\.name) == ["ListKeys", "ListKeys"])
        #expect((first.keys.count, rest.keys.count) == (2, 1))
        #expect(rest.nextMarker == nil)
        for key in first.keys + rest.keys { #expect(try fixture.metadata(key.keyID) == key) }
    }

    @Test("A key and its alias are made together", arguments: Assembly.allCases)
    func createWithAlias(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let made = try fixture.service.createKey(
            CreateKeyRequest(), aliasName: "alias/a", caller: fixture.caller
        ).keyMetadata
        #expect(try fixture.metadata("alias/a") == made)
        #expect(fixture.audit.events.prefix(2).map(\.name) == ["CreateKey", "CreateAlias"])
        #expect(fixture.audit.events.prefix(2).allSatisfy { $0.resources == [made.arn] })
    }

    @Test(
        "A key whose alias is refused is not made",
        arguments: Assembly.allCases, ["alias/taken", "alias/a b", "alias/", "alias/aws/x", "a"])
    func createWithRefusedAlias(assembly: Assembly, alias: String) throws {
        let fixture = try Fixture(assembly)
        _ = try fixture.service.createKey(
            CreateKeyRequest(), aliasName: "alias/taken", caller: fixture.caller)
        _ = refusal {
            _ = try fixture.service.createKey(
                CreateKeyRequest(), aliasName: alias, caller: fixture.caller)
        }
        let keys = try fixture.service.listKeys(ListKeysRequest(), caller: fixture.caller).keys
        #expect(keys.count == 1)
        // Both calls are on record as refused.
        let records = fixture.audit.events.dropFirst(2).prefix(2)
        #expect(records.map(\.name) == ["CreateKey", "CreateAlias"])
        #expect(records.allSatisfy { $0.failure != nil && $0.response.isEmpty })
    }

    @Test(
        "A name that stands for no key is not found, in AWS's words",
        arguments: [
            ("nonsense", "Invalid keyId 'nonsense'"),
            (
                "01234567-89ab-cdef-0123-456789abcdef",
                "Key 'arn:aws:kms:coffer-local-1:000000000000:key/"
                    + "01234567-89ab-cdef-0123-456789abcdef' does not exist"
            ),
            (
                "alias/none",
                "Alias arn:aws:kms:coffer-local-1:000000000000:alias/none is not found."
            ),
            ("arn:aws:kms:eu-west-1:000000000000:alias/a", "Invalid arn eu-west-1"),
            (
                "arn:aws:kms:coffer-local-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef",
                "Key 'arn:aws:kms:coffer-local-1:111122223333:key/"
                    + "01234567-89ab-cdef-0123-456789abcdef' does not exist"
            ),
        ])
    func notFound(name: String, message: String) throws {
        let fixture = try Fixture()
        #expect(refusal { _ = try fixture.metadata(name) } == .notFound(message))
        #expect(
            refusal {
                _ = try fixture.service.generateDataKey(
                    GenerateDataKeyRequest(keyID: name, keySpec: .aes256), caller: fixture.caller)
            } == .notFound(message))
    }

    @Test("Specs and usages that do not fit, or are not made here, are refused by name")
    func unsupported() throws {
        let fixture = try Fixture()
        func make(_ request: CreateKeyRequest) -> KMSError? {
            refusal { _ = try fixture.service.createKey(request, caller: fixture.caller) }
        }
        #expect(
            make(CreateKeyRequest(keyUsage: .keyAgreement, keySpec: .rsa2048))
                == .validation("KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048"))
        for request in [
            CreateKeyRequest(keyUsage: .signVerify, keySpec: .mlDSA44),
            CreateKeyRequest(origin: .awsCloudHSM),
        ] {
            guard case .unsupportedOperation = make(request) else {
                Issue.record("\(request) was not refused as unsupported")
                continue
            }
        }
        guard
            case .validation = make(
                CreateKeyRequest(description: String(repeating: "x", count: 8193)))
        else {
            Issue.record("a description of 8193 characters was taken")
            return
        }
    }

    @Test(
        "Listing goes through all keys in pages without missing or doubling one",
        arguments: Assembly.allCases)
    func pages(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let made = try Set((0..<7).map { _ in try fixture.makeKey() })
        var seen: [String] = []
        var marker: String?
        repeat {
            let page = try fixture.service.listKeys(
                ListKeysRequest(limit: 3, marker: marker), caller: fixture.caller)
            #expect(page.keys.count <= 3)
            #expect(page.truncated == (page.nextMarker != nil))
            seen += page.keys.map(\.keyARN)
            marker = page.nextMarker
        } while marker != nil
        #expect(seen.count == 7)
        #expect(Set(seen) == made)
    }

    @Test("A page size outside 1…1000 and a marker of elsewhere are refused", arguments: [0, 1001])
    func badPages(limit: Int) throws {
        let fixture = try Fixture()
        let constraint = limit == 0 ? "greater than or equal to 1" : "less than or equal to 1000"
        #expect(
            refusal {
                _ = try fixture.service.listKeys(
                    ListKeysRequest(limit: limit), caller: fixture.caller)
            }
                == .validation(
                    "1 validation error detected: Value '\(limit)' at 'limit' failed to satisfy "
                        + "constraint: Member must have value \(constraint)"))
        guard
            case .invalidMarker = refusal({
                _ = try fixture.service.listKeys(
                    ListKeysRequest(marker: "x"), caller: fixture.caller)
            })
        else {
            Issue.record("a foreign marker was taken")
            return
        }
    }

    @Test(
        "An alias moves to another key, and what is sealed by it then is sealed by that key",
        arguments: Assembly.allCases)
    func aliasMoves(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let (first, second) = (try fixture.makeKey(), try fixture.makeKey())
        try fixture.service.createAlias(
            CreateAliasRequest(aliasName: "alias/a", targetKeyID: first), caller: fixture.caller)
        let old = try fixture.encrypt("x", under: "alias/a")
        fixture.clock.advance(seconds: 60)
        try fixture.service.updateAlias(
            UpdateAliasRequest(aliasName: "alias/a", targetKeyID: second), caller: fixture.caller)
        let new = try fixture.encrypt("y", under: "alias/a")
        #expect(try fixture.decrypt(old, keyID: first) == "x")
        #expect(try fixture.decrypt(new, keyID: second) == "y")
        let listed = try fixture.service.listAliases(
            ListAliasesRequest(keyID: second), caller: fixture.caller
        ).aliases
        #expect(listed.map(\.aliasName) == ["alias/a"])
        #expect(listed.first?.targetKeyID == second.split(separator: "/").last.map(String.init))
        let created = try #require(listed.first?.creationDate)
        #expect(listed.first?.lastUpdatedDate == created + 60)
        try fixture.service.deleteAlias(
            DeleteAliasRequest(aliasName: "alias/a"), caller: fixture.caller)
        guard case .notFound = refusal({ _ = try fixture.encrypt("z", under: "alias/a") }) else {
            Issue.record("a deleted alias still works")
            return
        }
    }

    @Test(
        "Names of aliases are checked as AWS does",
        arguments: [
            ("", "have length greater than or equal to 1"),
            (
                "alias/" + String(repeating: "x", count: 251),
                "have length less than or equal to 256"
            ),
            ("alias/ä", "satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"),
            ("alias/a b", "satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"),
        ])
    func aliasSyntax(name: String, constraint: String) throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        #expect(
            refusal {
                try fixture.service.createAlias(
                    CreateAliasRequest(aliasName: name, targetKeyID: key), caller: fixture.caller)
            }
                == .validation(
                    "1 validation error detected: Value '\(name)' at 'aliasName' failed to "
                        + "satisfy constraint: Member must \(constraint)"))
    }

    @Test("Without prefix, reserved, doubled, missing and pointing at aliases: each its error")
    func aliasErrors() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        func create(_ name: String, _ target: String) -> KMSError? {
            refusal {
                try fixture.service.createAlias(
                    CreateAliasRequest(aliasName: name, targetKeyID: target),
                    caller: fixture.caller)
            }
        }
        #expect(
            create("a", key)
                == .validation(
                    "Alias must start with the prefix \"alias/\". Please see "
                        + "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"))
        guard case .notAuthorized = create("alias/aws/s3", key) else {
            Issue.record("a reserved alias was made")
            return
        }
        try fixture.service.createAlias(
            CreateAliasRequest(aliasName: "alias/a", targetKeyID: key), caller: fixture.caller)
        #expect(
            create("alias/a", key)
                == .alreadyExists(
                    "An alias with the name arn:aws:kms:coffer-local-1:000000000000:alias/a "
                        + "already exists"))
        #expect(
            create("alias/b", "alias/a")
                == .validation("Aliases must refer to keys. Not aliases"))
        #expect(
            refusal {
                try fixture.service.deleteAlias(
                    DeleteAliasRequest(aliasName: "alias/c"), caller: fixture.caller)
            }
                == .notFound(
                    "Alias arn:aws:kms:coffer-local-1:000000000000:alias/c is not found."))
    }

    @Test("An alias moves to a key of the same kind and usage only")
    func aliasKinds() throws {
        let fixture = try Fixture()
        let keys = try [
            fixture.makeKey(.symmetricDefault, .encryptDecrypt),
            fixture.makeKey(.rsa2048, .encryptDecrypt),
            fixture.makeKey(.hmac256, .generateVerifyMAC),
            fixture.makeKey(.eccNISTP256, .signVerify),
        ]
        for (index, key) in keys.enumerated() {
            let alias = "alias/\(index)"
            try fixture.service.createAlias(
                CreateAliasRequest(aliasName: alias, targetKeyID: key), caller: fixture.caller)
            for other in keys where other != key {
                guard
                    case .validation = refusal({
                        try fixture.service.updateAlias(
                            UpdateAliasRequest(aliasName: alias, targetKeyID: other),
                            caller: fixture.caller)
                    })
                else {
                    Issue.record("\(alias) moved")
                    return
                }
            }
            #expect(try fixture.metadata(alias).arn == key)
        }
        let pair = try fixture.makeKey(.eccNISTEdwards25519, .signVerify)
        try fixture.service.updateAlias(
            UpdateAliasRequest(aliasName: "alias/3", targetKeyID: pair), caller: fixture.caller)
        #expect(try fixture.metadata("alias/3").arn == pair)
    }

    @Test("The fifty-first alias of a key is refused")
    func aliasLimit() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        for index in 1...50 {
            try fixture.service.createAlias(
                CreateAliasRequest(aliasName: "alias/\(index)", targetKeyID: key),
                caller: fixture.caller)
        }
        guard
            case .limitExceeded = refusal({
                try fixture.service.createAlias(
                    CreateAliasRequest(aliasName: "alias/51", targetKeyID: key),
                    caller: fixture.caller)
            })
        else {
            Issue.record("51 aliases were made")
            return
        }
    }
}
