import Testing

@testable import KMSDomain

/// Addresses, dates, names of operators, principals: text to value.
@Suite struct PolicyValueTests {
    @Test(
        "An address is in a range or not",
        arguments: [
            ("203.0.113.5", "203.0.113.0/24", true), ("203.0.114.5", "203.0.113.0/24", false),
            ("203.0.113.5", "203.0.113.5", true), ("203.0.113.5", "203.0.113.99/24", true),
            ("10.0.0.1", "0.0.0.0/0", true), ("2001:db8::1", "0.0.0.0/0", false),
            ("10.0.0.1", "::/0", false), ("2001:db8::1", "2001:DB8::/32", true),
            ("2001:db9::1", "2001:db8::/32", false), ("::1", "::/128", false),
            ("::ffff:203.0.113.5", "203.0.113.0/24", true), ("::", "::", true),
            ("1::8", "1:0:0:0:0:0:0:8", true), ("::1.2.3.4", "::102:304", true),
        ])
    func ranges(address: String, range: String, expected: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(AddressRange(address))) == expected)
    }

    @Test(
        "What is no address is none",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "a.b.c.d",
            ":", ":1", "1:", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::/129",
            "12345::", "::g", "::1%eth0", ":1.2.3.4", "1.2.3.4::", "1.2.3.4/0x1",
        ])
    func noRange(text: String) { #expect(AddressRange(text) == nil) }

    @Test(
        "A date is read in every form that policies have",
        arguments: [
            ("0", 0), ("-1", -1000), ("1800000000", 1_800_000_000_000),
            ("2027-01", 1_798_761_600_000), ("2027-01-15", 1_799_971_200_000),
            ("2027-01-15T08:00Z", 1_800_000_000_000), ("2027-01-15T08:00:00Z", 1_800_000_000_000),
            ("2027-01-15T09:00:00+01:00", 1_800_000_000_000),
            ("2027-01-15T07:30:00-00:30", 1_800_000_000_000),
            ("2027-01-15T08:00:00.0459Z", 1_800_000_000_045),
            ("2000-02-29", 951_782_400_000), ("0001-01-01", -62_135_596_800_000),
        ] as [(String, Int64)])
    func dates(text: String, milliseconds: Int64) {
        #expect(Timestamp(policyText: text)?.millisecondsSince1970 == milliseconds)
    }

    @Test(
        "What is no date is none",
        arguments: [
            "", "-", "1e5", "2027-13", "2027-00", "2027-02-29", "2027-1-1", "2027-01-15T",
            "2027-01-15T08:00", "2027-01-15T24:00Z", "2027-01-15T08:60Z", "2027-01-15T08:00:60Z",
            "2027-01-15T08:00:00.Z", "2027-01-15T08:00:00Z ", "2027-01-15 08:00:00Z", "2027-01-15Z",
            "9999999999999",
        ])
    func noDate(text: String) { #expect(Timestamp(policyText: text) == nil) }

    @Test("The time that is written is the time that is read")
    func iso8601() {
        for day in stride(from: -20_000, to: 60_000, by: 37) {
            let time = Timestamp(millisecondsSince1970: Int64(day) * 86_461_000)
            #expect(Timestamp(policyText: time.iso8601) == time)
        }
    }

    @Test("Every operator of AWS is read, and its name written again")
    func operators() throws {
        let plain = """
            StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike
            StringNotLike NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals
            NumericGreaterThan NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan
            DateLessThanEquals DateGreaterThan DateGreaterThanEquals Bool BinaryEquals IpAddress
            NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike
            """.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(plain.count == 26)
        for name in plain {
            for prefix in ["", "ForAnyValue:", "ForAllValues:"] {
                for suffix in ["", "IfExists"] {
                    let whole = prefix + name + suffix
                    #expect(try ConditionOperator(name: whole).name == whole)
                }
            }
        }
        #expect(try ConditionOperator(name: "Null").name == "Null")
        for name in ["NullIfExists", "ForAnyValue:Null", "stringEquals", "BinaryNotEquals", ""] {
            #expect(throws: PolicyError.unknownOperator(name)) {
                try ConditionOperator(name: name)
            }
        }
    }

    @Test(
        "A principal is named in full or not at all",
        arguments: [
            "", "111", "arn:aws:iam::111122223333:user/*", "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:group/a", "arn:aws:iam::1:root", "AIDAEXAMPLE",
            "arn:aws:iam:eu-west-1:111122223333:root", "arn:aws:sts::111122223333:assumed-role/a",
            "arn:aws:sts::111122223333:assumed-role/a/*", "arn:aws-cn:iam::111122223333:root",
            "arn:aws:iam::111122223333:user/a b", "arn:aws:iam::111122223333:role/é",
        ])
    func noPrincipal(text: String) {
        #expect(throws: PolicyError.invalidPrincipal(text)) { try PrincipalPattern(aws: text) }
    }

    @Test("An account is the same by its number and by its root")
    func account() throws {
        let root = try PrincipalPattern(aws: "arn:aws:iam::111122223333:root")
        #expect(try PrincipalPattern(aws: "111122223333") == root)
        #expect(root.text == "arn:aws:iam::111122223333:root")
    }
}
