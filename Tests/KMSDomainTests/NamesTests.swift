import KMSDomain
import Testing

/// Ids, ARNs, key identifiers and times: text to value and back.
@Suite struct NamesTests {
    private static let text = "0123abcd-4567-89ab-cdef-fedcba987654"

    @Test("An id survives its text and its bytes")
    func identifier() throws {
        let id = try #require(RandomID(text: Self.text))
        #expect(id.text == Self.text)
        #expect(id.bytes.count == 16)
        #expect(RandomID(bytes: id.bytes) == id)
        #expect(id.hexadecimal == Self.text.filter { $0 != "-" })
    }

    @Test(
        "What is not exactly an id is none",
        arguments: [
            "", "0123", text + "0", String(text.dropLast()), text.uppercased(),
            text.replacing("-", with: "0"), "0123abcd-4567-89ab-cdef-fedcba98765g",
        ])
    func notAnIdentifier(text: String) { #expect(RandomID(text: text) == nil) }

    @Test("A key is named by id, ARN, alias and alias ARN")
    func identifiers() throws {
        let id = try #require(KeyID(text: Self.text))
        let realm = Realm.local
        let arn = "arn:aws:kms:coffer-local-1:000000000000:key/\(Self.text)"
        let name = KeyName(id)
        #expect(realm.arn(of: name) == arn)
        #expect(try KeyIdentifier(text: Self.text, realm: realm) == .key(name, in: realm))
        #expect(try KeyIdentifier(text: arn, realm: realm) == .key(name, in: realm))
        #expect(
            try KeyIdentifier(text: "alias/a", realm: realm) == .alias(name: "alias/a", in: realm))
        #expect(
            try KeyIdentifier(text: realm.arn(ofAlias: "alias/a:b"), realm: realm)
                == .alias(name: "alias/a:b", in: realm))
    }

    @Test("An ARN says its own account, whoever reads it")
    func otherAccount() throws {
        let name = try #require(KeyName(text: Self.text))
        let realm = Realm(accountID: "111122223333", region: Realm.local.region)
        #expect(
            try KeyIdentifier(text: realm.arn(of: name), realm: .local) == .key(name, in: realm))
        #expect(
            try KeyIdentifier(text: realm.arn(ofAlias: "alias/a"), realm: .local)
                == .alias(name: "alias/a", in: realm))
    }

    @Test("What an ARN names has that ARN, whatever its region is")
    func arns() throws {
        let realm = Realm(accountID: "111122223333", region: "eu-west-1")
        let name = KeyName(try #require(KeyID(text: Self.text)), isMultiRegion: true)
        for arn in [realm.arn(of: name), realm.arn(ofAlias: "alias/a:b")] {
            #expect(try KeyIdentifier(#require(ARN(text: arn))).arn == arn)
        }
    }

    @Test("A multi-Region key's name is mrk- and the id's digits, and nothing else is")
    func multiRegionName() throws {
        let id = try #require(KeyID(text: Self.text))
        let name = KeyName(id, isMultiRegion: true)
        #expect(name.text == "mrk-0123abcd456789abcdeffedcba987654")
        #expect(KeyName(text: name.text) == name)
        #expect(KeyName(text: Self.text) == KeyName(id))
        for text in [
            "mrk-", "mrk-" + Self.text, name.text + "0", String(name.text.dropLast()),
            name.text.uppercased(), id.hexadecimal,
        ] { #expect(KeyName(text: text) == nil) }
    }

    @Test(
        "An ARN of elsewhere is told apart from nonsense",
        arguments: [
            ("arn:aws:kms:eu-west-1:000000000000:key/\(text)", .otherRegion("eu-west-1")),
            ("arn:aws-cn:kms:coffer-local-1:000000000000:key/\(text)", .otherPartition),
            ("arn:aws:s3:coffer-local-1:000000000000:key/\(text)", .malformed),
            ("arn:aws:kms:coffer-local-1:000000000000:\(text)", .malformed),
            ("arn:aws:kms", .malformed), ("key/\(text)", .malformed), ("", .malformed),
        ] as [(String, KeyIdentifier.Failure)])
    func elsewhere(text: String, failure: KeyIdentifier.Failure) {
        #expect(throws: failure) { try KeyIdentifier(text: text, realm: .local) }
    }

    @Test(
        "Times are written as CloudTrail writes them",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_800_000_000, "2027-01-15T08:00:00Z"), (4_102_444_799, "2099-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func time(seconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSince1970: seconds * 1000).iso8601 == text)
    }
}
