/// Keys any `needed` of which open a container together, as a person names them.
package struct KeyGroup: Hashable, Sendable {
    /// For messages only: a container does not hold it.
    package let name: String
    package let needed: Int
    package let members: [KeyReference]

    package static let memberLimit = 16

    package enum Problem: Equatable, Sendable {
        /// With one needed, each of them is a recipient of its own.
        case neededTooFew
        case neededTooMany(members: Int)
        case tooManyMembers(Int)
        /// Whoever types a passphrase that works takes that as proof of who wrote the file.
        case passphrase
        case nested
        /// One person would hold two shares.
        case repeated
    }

    package init(
        name: String, needed: Int, members: [KeyReference]
    ) throws(KeyReferenceError) {
        if let problem = Self.problem(needed, members) { throw .group(name: name, problem) }
        self.name = name
        self.needed = needed
        self.members = members
    }

    private static func problem(_ needed: Int, _ members: [KeyReference]) -> Problem? {
        if members.contains(.passphrase) { return .passphrase }
        if members.contains(where: { if case .group = $0 { true } else { false } }) {
            return .nested
        }
        if Set(members).count < members.count { return .repeated }
        if needed < 2 { return .neededTooFew }
        if members.count > memberLimit { return .tooManyMembers(members.count) }
        return needed > members.count ? .neededTooMany(members: members.count) : nil
    }
}
