package import ContainerFormat
internal import OpenSSLCrypto
package import SecretMemory

/// A recipient that is several keys, any `needed` of which open a container together. It only wraps:
/// to open, its members are tried one by one.
///
///     stanza threshold: body = u8 k ‖ u8 n ‖ salt[16] ‖ n × (u16 length ‖ stanza)
package final class ThresholdGroup: KeyProvider {
    package let stanzaType = StanzaType.threshold
    package let name: String
    package let needed: Int
    package let members: [any KeyProvider]

    /// As many members, and of the kinds, that ``KeyGroup`` allows.
    package init(name: String, needed: Int, members: [any KeyProvider]) {
        precondition(
            (2...KeyGroup.memberLimit).contains(members.count)
                && (2...members.count).contains(needed),
            "threshold group: \(needed) of \(members.count)")
        self.name = name
        self.needed = needed
        self.members = members
    }

    package func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        let counts = [UInt8(needed), UInt8(members.count)]
        let salt = SystemRandom.bytes(count: ThresholdStanza.saltByteCount)
        let shares = SecretShare.split(fileKey, needed: needed, count: members.count)
        var body = counts + salt
        for (member, share) in zip(members, shares) {
            let inner = try wrap(share, for: member, salt + counts, binding).encoded
            body.append(bigEndian: UInt16(inner.count))
            body += inner
        }
        return Stanza(type: .threshold, keyID: [], body: body)
    }

    private func wrap(
        _ share: SecretShare, for member: any KeyProvider, _ salt: [UInt8], _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        guard let secret = FileKey(share.bytes.duplicate()) else { throw .engineFailure }
        let shareBinding: WrapBinding
        do throws(CryptoError) {
            shareBinding = try ThresholdStanza.binding(ofShare: share.x, salt: salt, binding)
        } catch { throw KeyProviderError(error) }
        return try member.wrap(secret, shareBinding)
    }

    /// To tell whether a container has this group: nothing is opened with it.
    package func match(_ stanza: Stanza) -> StanzaMatch {
        var isUnknown = false
        let isMade = Self.isMade(
            stanza, needed: needed,
            of: members.map { member in
                { inner in
                    switch member.match(inner) {
                    case .no, .overCost: return false
                    case .yes, .yesWithKeyDerivation: return true
                    case .unknown:
                        isUnknown = true
                        return false
                    }
                }
            })
        return isMade ? .yes : isUnknown ? .unknown : .no
    }

    package func mayMatch(_ stanza: Stanza) -> Bool { stanza.knownType == .threshold }

    package func identify() throws(KeyProviderError) {
        for member in members { try member.identify() }
    }

    /// Whether `stanza` is a group of as many keys, of which `needed` are enough, and each of them is
    /// another one of `members`.
    package static func isMade(
        _ stanza: Stanza, needed: Int, of members: [(Stanza) -> Bool]
    ) -> Bool {
        guard stanza.knownType == .threshold, let threshold = ThresholdStanza(stanza),
            threshold.needed == needed, threshold.inner.count == members.count
        else { return false }
        var left = threshold.inner.map(\.stanza)
        for isMember in members {
            guard let position = left.firstIndex(where: isMember) else { return false }
            left.remove(at: position)
        }
        return true
    }

    package func unwrap(_: Stanza, _: WrapBinding) throws(KeyProviderError) -> SecretBytes {
        throw .notOpened
    }

    package func forget() {
        for member in members { member.forget() }
    }
}
