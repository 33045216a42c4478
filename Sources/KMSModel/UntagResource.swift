package struct UntagResourceRequest: Equatable, Sendable {
    package var keyID: String
    package var tagKeys: [String]

    package init(keyID: String, tagKeys: [String]) {
        self.keyID = keyID
        self.tagKeys = tagKeys
    }
}
