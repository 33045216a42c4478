internal import KMSModel

/// The checks on a request's members, with AWS's texts.
enum Validation {
    static func value(
        _ value: Int, of member: String, in range: ClosedRange<Int>
    ) throws(KMSError) {
        if value > range.upperBound {
            throw violation(
                value: "\(value)", member: member,
                "have value less than or equal to \(range.upperBound)")
        }
        if value < range.lowerBound {
            throw violation(
                value: "\(value)", member: member,
                "have value greater than or equal to \(range.lowerBound)")
        }
    }

    static func limit(_ limit: Int?) throws(KMSError) {
        if let limit { try value(limit, of: "limit", in: KMSLimits.pageSize) }
    }

    static func text(
        _ text: String, of member: String, length range: ClosedRange<Int>
    ) throws(KMSError) {
        let length = text.unicodeScalars.count
        guard !range.contains(length) else { return }
        throw violation(value: text, member: member, lengthConstraint(length, range))
    }

    /// The length of bytes that are not repeated in the message.
    static func byteCount(
        _ count: Int, of member: String, in range: ClosedRange<Int>
    ) throws(KMSError) {
        guard !range.contains(count) else { return }
        throw violation(value: nil, member: member, lengthConstraint(count, range))
    }

    static func keyID(_ text: String?, member: String = "keyId") throws(KMSError) {
        if let text { try self.text(text, of: member, length: KMSLimits.keyIDLength) }
    }

    /// The name of an alias that may be made, changed or removed.
    static func aliasName(_ name: String) throws(KMSError) {
        try text(name, of: "aliasName", length: KMSLimits.aliasNameLength)
        try nameCharacters(of: name, member: "aliasName")
        guard name.utf8.starts(with: "alias/".utf8) else {
            throw .validation(
                "Alias must start with the prefix \"alias/\". Please see "
                    + "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html")
        }
        guard name.utf8.count > "alias/".utf8.count else {
            throw .invalidAliasName("Alias name must not be empty.")
        }
        for prefix in ["alias/aws/", ServiceManagedKey.aliasPrefix]
        where name.utf8.starts(with: prefix.utf8) {
            throw .notAuthorized("Aliases beginning with \(prefix) are reserved.")
        }
    }

    /// Of aliases and grants.
    static func nameCharacters(of name: String, member: String) throws(KMSError) {
        guard name.utf8.allSatisfy(isAliasCharacter) else {
            throw violation(
                value: name, member: member,
                "satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$")
        }
    }

    /// GenerateDataKey's size: by number or by name, not both.
    static func dataKeyByteCount(
        numberOfBytes: Int?, keySpec: DataKeySpec?
    ) throws(KMSError) -> Int {
        switch (numberOfBytes, keySpec) {
        case (let count?, nil):
            try value(count, of: "numberOfBytes", in: KMSLimits.randomByteCount)
            return count
        case (nil, let spec?): return spec.byteCount
        case (nil, nil), (_?, _?):
            throw .validation("Please specify either number of bytes or key spec.")
        }
    }

    static func isAliasCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "/"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func lengthConstraint(_ length: Int, _ range: ClosedRange<Int>) -> String {
        length > range.upperBound
            ? "have length less than or equal to \(range.upperBound)"
            : "have length greater than or equal to \(range.lowerBound)"
    }

    private static func violation(
        value: String?, member: String, _ constraint: String
    ) -> KMSError {
        let subject = value.map { "Value '\($0)' at" } ?? "Value at"
        return .validation(
            "1 validation error detected: \(subject) '\(member)' failed to satisfy constraint: "
                + "Member must \(constraint)")
    }
}
