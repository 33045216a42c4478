import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// TagResource, UntagResource, ListResourceTags, UpdateKeyDescription, and CreateKey with tags.
@Suite struct TagTests {
    private func tags(_ fixture: Fixture, _ key: String) throws -> [String] {
        try fixture.service.listResourceTags(
            ListResourceTagsRequest(keyID: key), caller: fixture.caller
        ).tags.map { $0.tagKey + "=" + $0.tagValue }
    }

    private static func tag(_ key: String, _ value: String = "v") -> KMSModel.Tag {
        KMSModel.Tag(tagKey: key, tagValue: value)
    }

    @Test(
        "Tags are set, replaced by the bytes of their keys, listed in order, and taken away",
        arguments: Assembly.allCases)
    func life(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        #expect(try tags(fixture, key) == [])
        func set(_ tags: KMSModel.Tag...) throws {
            try fixture.service.tagResource(
                TagResourceRequest(keyID: key, tags: tags), caller: fixture.caller)
        }
        try set(Self.tag("b", "1"), Self.tag("B", "2"), Self.tag("a", ""))
        #expect(try tags(fixture, key) == ["B=2", "a=", "b=1"])
        try set(Self.tag("b", "3"), Self.tag("\u{E9}", "4"), Self.tag("e\u{301}", "5"))
        #expect(
            try tags(fixture, key).map { Array($0.utf8) }
                == ["B=2", "a=", "b=3", "e\u{301}=5", "\u{E9}=4"].map { Array($0.utf8) })
        try fixture.service.untagResource(
            UntagResourceRequest(keyID: key, tagKeys: ["b", "\u{E9}", "none"]),
            caller: fixture.caller)
        #expect(try tags(fixture, key) == ["B=2", "a=", "e\u{301}=5"])
        let event = try #require(fixture.audit.events.last { $0.name == "UntagResource" })
        #expect(event.resources == [key] && !event.isReadOnly)
    }

    @Test("Tags are listed page by page; a marker that is none is refused")
    func pages() throws {
        let fixture = try Fixture()
        let all = (0..<50).map { Self.tag("\($0)\u{E9}") }
        let key = try fixture.service.createKey(
            CreateKeyRequest(tags: all), caller: fixture.caller
        ).keyMetadata.keyID
        var found: [KMSModel.Tag] = []
        var marker: String?
        repeat {
            let page = try fixture.service.listResourceTags(
                ListResourceTagsRequest(keyID: key, limit: 7, marker: marker),
                caller: fixture.caller)
            #expect(page.truncated == (page.nextMarker != nil))
            #expect(page.tags.count <= 7)
            found += page.tags
            marker = page.nextMarker
        } while marker != nil
        #expect(Set(found.map(\.tagKey)) == Set(all.map(\.tagKey)) && found.count == 50)
        for marker in ["", "é", "a"] {
            #expect(
                refusal {
                    _ = try fixture.service.listResourceTags(
                        ListResourceTagsRequest(keyID: key, marker: marker),
                        caller: fixture.caller)
                } == .invalidMarker("Could not deserialize marker '\(marker)'"))
        }
    }

    @Test("Too many, doubled, reserved, empty and too long tags are refused in AWS's words")
    func limits() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        func answer(_ tags: [KMSModel.Tag]) -> KMSError? {
            let ways = [
                refusal {
                    try fixture.service.tagResource(
                        TagResourceRequest(keyID: key, tags: tags), caller: fixture.caller)
                },
                refusal {
                    _ = try fixture.service.createKey(
                        CreateKeyRequest(tags: tags), caller: fixture.caller)
                },
            ]
            #expect(ways[0] == ways[1])
            return ways[0]
        }
        #expect(answer((0..<51).map { Self.tag("\($0)") }) == .tag("Too many tags"))
        #expect(answer([Self.tag("a"), Self.tag("a", "w")]) == .tag("Duplicate tag keys"))
        #expect(answer([Self.tag("aws:a")]) == .tag("Tags beginning with aws: are reserved"))
        #expect(answer([Self.tag("AWS:a")]) == .tag("Tags beginning with aws: are reserved"))
        #expect(
            answer([Self.tag("a"), Self.tag("")])
                == .validation(
                    "1 validation error detected: Value '' at 'tags.2.member.tagKey' failed to "
                        + "satisfy constraint: Member must have length greater than or equal to 1"))
        #expect(
            answer([Self.tag(String(repeating: "k", count: 129))])?.exceptionName
                == "ValidationException")
        #expect(
            answer([Self.tag("k", String(repeating: "v", count: 257))])?.exceptionName
                == "ValidationException")
        let full = (0..<50).map { Self.tag("\($0)") }
        try fixture.service.tagResource(
            TagResourceRequest(keyID: key, tags: full), caller: fixture.caller)
        try fixture.service.tagResource(
            TagResourceRequest(keyID: key, tags: [Self.tag("49", "new")]), caller: fixture.caller)
        #expect(
            refusal {
                try fixture.service.tagResource(
                    TagResourceRequest(keyID: key, tags: [Self.tag("50")]), caller: fixture.caller)
            } == .tag("Too many tags"))
        #expect(try tags(fixture, key).count == 50)
    }

    @Test("Policies ask for the tags of the key, of the request, and for the keys of both")
    func conditions() throws {
        let house = try AccessTests.House()
        let alice = AccessTests.caller(house.alice)
        let root = Caller.localRoot(of: .local)
        try house.give(
            house.alice.arn,
            """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":"kms:GenerateDataKey","Resource":"*",
             "Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}},
            {"Effect":"Allow","Action":["kms:CreateKey","kms:TagResource","kms:UntagResource"],
             "Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["cost"]}}},
            {"Effect":"Deny","Action":["kms:CreateKey","kms:TagResource"],"Resource":"*",
             "Condition":{"StringNotEqualsIfExists":{"aws:RequestTag/cost":["1","2"]}}}]}
            """)
        #expect(house.use(alice) != nil)
        try house.service.tagResource(
            TagResourceRequest(keyID: house.key, tags: [Self.tag("team", "alice")]), caller: root)
        #expect(house.use(alice) == nil)
        try house.service.untagResource(
            UntagResourceRequest(keyID: house.key, tagKeys: ["team"]), caller: root)
        #expect(house.use(alice) != nil)

        func create(_ tags: [KMSModel.Tag]) -> Bool {
            (try? house.service.createKey(CreateKeyRequest(tags: tags), caller: alice)) != nil
        }
        func set(_ tags: [KMSModel.Tag]) -> Bool {
            (try? house.service.tagResource(
                TagResourceRequest(keyID: house.key, tags: tags), caller: alice)) != nil
        }
        for attempt in [create, set] {
            #expect(attempt([Self.tag("cost", "1")]))
            #expect(!attempt([Self.tag("cost", "3")]))
            #expect(!attempt([Self.tag("cost", "1"), Self.tag("x", "1")]))
        }
        for (keys, isAllowed) in [(["cost"], true), (["cost", "x"], false)] {
            let isDone =
                (try? house.service.untagResource(
                    UntagResourceRequest(keyID: house.key, tagKeys: keys), caller: alice)) != nil
            #expect(isDone == isAllowed)
        }
        // Tags with a new key take the permission to tag.
        try house.give(house.alice.arn, AccessTests.policy("Allow", "kms:CreateKey"))
        #expect(create([]))
        #expect(!create([Self.tag("cost", "1")]))
    }

    @Test("A description is replaced; tags and description of a key that waits for its end are not")
    func description() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        func describe(_ text: String) throws {
            try fixture.service.updateKeyDescription(
                UpdateKeyDescriptionRequest(keyID: key, description: text), caller: fixture.caller)
        }
        try describe("for é\u{0}")
        #expect(try fixture.metadata(key).description == "for é\u{0}")
        try describe("")
        #expect(try fixture.metadata(key).description == "")
        #expect(
            refusal { try describe(String(repeating: "x", count: 8193)) }?.exceptionName
                == "ValidationException")
        _ = try fixture.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key), caller: fixture.caller)
        let pending = KMSError.kmsInvalidState("\(key) is pending deletion.")
        #expect(refusal { try describe("x") } == pending)
        #expect(
            refusal {
                try fixture.service.tagResource(
                    TagResourceRequest(keyID: key, tags: [Self.tag("a")]), caller: fixture.caller)
            } == pending)
        #expect(
            refusal {
                try fixture.service.untagResource(
                    UntagResourceRequest(keyID: key, tagKeys: ["a"]), caller: fixture.caller)
            } == pending)
        #expect(try tags(fixture, key) == [])
    }
}
