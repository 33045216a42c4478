/// A policy that was read: what it says, ready to be evaluated.
///
/// The text is kept elsewhere as it was given; this is never written back.
package struct Policy: Equatable, Sendable {
    package enum Version: String, Sendable {
        /// Without variables.
        case of2008 = "2008-10-17"
        case of2012 = "2012-10-17"
    }

    /// What a policy is attached to, which decides what it may say.
    package enum Kind: Sendable {
        /// Of a key: names principals.
        case key
        /// Of a user or role.
        case identity
        /// Given with AssumeRole, and narrows what the session may do.
        case session
        /// Of a role: who may assume it. Names principals and no resource.
        case trust

        package var hasPrincipals: Bool { self == .key || self == .trust }
        package var hasResources: Bool { self != .trust }

        /// AWS's quotas, which for identity policies differ by what they are attached to; the largest
        /// of them.
        package var maximumByteCount: Int {
            switch self {
            case .key: 32_768
            case .identity: 10_240
            case .session: 2048
            case .trust: 4096
            }
        }
    }

    package let version: Version
    package let id: String?
    package let statements: [PolicyStatement]
    /// Whether a condition or a variable makes it say different things to different requests of one
    /// principal for one action and resource.
    package let asksOfRequest: Bool

    package init(version: Version, id: String? = nil, statements: [PolicyStatement]) {
        self.version = version
        self.id = id
        self.statements = statements
        asksOfRequest = statements.contains(where: \.asksOfRequest)
    }
}
