/// Makes the replica in that Region the primary key, and the primary key a replica.
package struct UpdatePrimaryRegionRequest: Equatable, Sendable {
    package var keyID: String
    package var primaryRegion: String

    package init(keyID: String, primaryRegion: String) {
        self.keyID = keyID
        self.primaryRegion = primaryRegion
    }
}
