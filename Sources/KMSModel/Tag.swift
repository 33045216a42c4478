/// A name and a value that somebody gave to a key.
package struct Tag: Equatable, Sendable {
    package var tagKey: String
    package var tagValue: String

    package init(tagKey: String, tagValue: String) {
        self.tagKey = tagKey
        self.tagValue = tagValue
    }
}
