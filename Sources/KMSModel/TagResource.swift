/// Sets tags; those of the same name get the new value.
package struct TagResourceRequest: Equatable, Sendable {
    package var keyID: String
    package var tags: [Tag]

    package init(keyID: String, tags: [Tag]) {
        self.keyID = keyID
        self.tags = tags
    }
}
