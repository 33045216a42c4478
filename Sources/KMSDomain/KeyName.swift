/// What the API calls a key's id: the same for all replicas of a multi-Region key.
///
/// A UUID, or `mrk-` and 32 hexadecimal digits; sixteen bytes in ciphertexts and in sealed rows.
package struct KeyName: Hashable, Comparable, Sendable {
    private static let multiRegionPrefix = "mrk-"

    package let id: KeyID
    package let isMultiRegion: Bool

    package init(_ id: KeyID, isMultiRegion: Bool = false) {
        self.id = id
        self.isMultiRegion = isMultiRegion
    }

    /// Nothing unless it is one of the two written forms, in lower case.
    package init?(text: some StringProtocol) {
        let prefix = Self.multiRegionPrefix
        if text.utf8.starts(with: prefix.utf8) {
            guard let id = KeyID(hexadecimal: text.dropFirst(prefix.count)) else { return nil }
            self.init(id, isMultiRegion: true)
        } else {
            guard let id = KeyID(text: text) else { return nil }
            self.init(id)
        }
    }

    package var text: String {
        isMultiRegion ? Self.multiRegionPrefix + id.hexadecimal : id.text
    }

    package static func < (left: KeyName, right: KeyName) -> Bool { left.id < right.id }
}
