/// A session of a role: what a session token says (Formats/session-token-v1.md).
package struct RoleSession: Equatable, Sendable {
    /// `ASIA…`.
    package let accessKeyID: String
    /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
    package let roleARN: String
    /// `AROA…`: a role made anew under an old name does not take over the sessions of the old one.
    package let roleID: String
    package let name: String
    package let issueTime: Timestamp
    package let expiration: Timestamp
    /// Texts of the policies that narrow it; none if it is not narrowed.
    package let policies: [String]

    package init(
        accessKeyID: String, roleARN: String, roleID: String, name: String, issueTime: Timestamp,
        expiration: Timestamp, policies: [String]
    ) {
        self.accessKeyID = accessKeyID
        self.roleARN = roleARN
        self.roleID = roleID
        self.name = name
        self.issueTime = issueTime
        self.expiration = expiration
        self.policies = policies
    }

    package var accountID: String { ARN(text: roleARN)?.accountID ?? "" }

    /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, without the role's path.
    package var arn: String {
        let role = roleARN.split(separator: "/").last.map(String.init) ?? ""
        return "arn:aws:sts::\(accountID):assumed-role/\(role)/\(name)"
    }

    /// `AROA…:SESSION`.
    package var principalID: String { "\(roleID):\(name)" }

    /// Lengths and texts, in the order of the specification.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for text in [accessKeyID, roleARN, roleID, name] { Self.append(text, to: &bytes) }
        for time in [issueTime, expiration] {
            let value = UInt64(bitPattern: time.millisecondsSince1970)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
            }
        }
        for policy in policies { Self.append(policy, to: &bytes) }
        return bytes
    }

    /// Nothing unless the bytes are what ``encoded`` gives, to the last one.
    package init?(encoded bytes: [UInt8]) {
        var rest = bytes[...]
        guard let accessKeyID = Self.text(&rest), let roleARN = Self.text(&rest),
            let roleID = Self.text(&rest), let name = Self.text(&rest),
            let issueTime = Self.time(&rest), let expiration = Self.time(&rest)
        else { return nil }
        var policies: [String] = []
        while !rest.isEmpty {
            guard let policy = Self.text(&rest) else { return nil }
            policies.append(policy)
        }
        self.init(
            accessKeyID: accessKeyID, roleARN: roleARN, roleID: roleID, name: name,
            issueTime: issueTime, expiration: expiration, policies: policies)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let utf8 = Array(text.utf8)
        precondition(utf8.count <= Int(UInt16.max), "session token: text too long")
        bytes.append(UInt8(utf8.count >> 8))
        bytes.append(UInt8(utf8.count & 0xFF))
        bytes += utf8
    }

    private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        let count = Int(high) << 8 | Int(low)
        guard rest.count >= count else { return nil }
        let text = String(validating: rest.prefix(count), as: UTF8.self)
        rest = rest.dropFirst(count)
        return text
    }

    private static func time(_ rest: inout ArraySlice<UInt8>) -> Timestamp? {
        guard rest.count >= 8 else { return nil }
        let value = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(8)
        return Timestamp(millisecondsSince1970: Int64(bitPattern: value))
    }
}
