/// What AssumeRole asks for, and the rules that are not policies: names, lengths and durations.
package struct RoleAssumption: Equatable, Sendable {
    package enum Refusal: Error, Equatable, Sendable {
        case malformedSessionName
        case malformedExternalID
        case durationOutOfBounds(seconds: Int)
        /// The role's own limit.
        case durationAboveRole(limit: Int)
        /// A session that was got from a session lasts an hour at most.
        case durationOfChain
        /// The root of an account assumes no roles.
        case isRoot
    }

    package static let durationInSeconds = 900...43_200
    package static let defaultDurationInSeconds = 3600

    package let sessionName: String
    package let externalID: String?
    package let durationSeconds: Int?

    package init(sessionName: String, externalID: String?, durationSeconds: Int?) {
        self.sessionName = sessionName
        self.externalID = externalID
        self.durationSeconds = durationSeconds
    }

    /// How long the session lasts, unless one of the rules is broken.
    package func duration(
        for principal: Principal, roleLimit: Int
    ) throws(Refusal) -> Int {
        guard Self.isName(sessionName, of: 2...64, besides: "+=,.@-_") else {
            throw .malformedSessionName
        }
        if let externalID {
            guard Self.isName(externalID, of: 2...1224, besides: "+=,.@:/-_") else {
                throw .malformedExternalID
            }
        }
        guard principal.kind != .root else { throw .isRoot }
        guard let durationSeconds else {
            return min(Self.defaultDurationInSeconds, roleLimit)
        }
        guard Self.durationInSeconds.contains(durationSeconds) else {
            throw .durationOutOfBounds(seconds: durationSeconds)
        }
        guard durationSeconds <= roleLimit else { throw .durationAboveRole(limit: roleLimit) }
        if case .roleSession = principal.kind, durationSeconds > Self.defaultDurationInSeconds {
            throw .durationOfChain
        }
        return durationSeconds
    }

    /// What trust policies may ask of the request besides what is known of the caller.
    package func addConditions(to context: inout ConditionContext) {
        context.add(sessionName, to: "sts:RoleSessionName")
        if let externalID { context.add(externalID, to: "sts:ExternalId") }
    }

    private static func isName(
        _ text: String, of length: ClosedRange<Int>, besides marks: String
    ) -> Bool {
        length.contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: marks.utf8.contains(byte)
                }
            }
    }
}
