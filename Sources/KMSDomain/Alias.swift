/// A name for a key that can be pointed at another one.
package struct Alias: Equatable, Sendable {
    /// With its prefix, `alias/`; ASCII.
    package let name: String
    /// Also the key's.
    package let home: Realm
    package var keyID: KeyID
    package let creationDate: Timestamp
    package var lastUpdateDate: Timestamp

    package init(
        name: String, home: Realm, keyID: KeyID, creationDate: Timestamp,
        lastUpdateDate: Timestamp
    ) {
        self.name = name
        self.home = home
        self.keyID = keyID
        self.creationDate = creationDate
        self.lastUpdateDate = lastUpdateDate
    }
}
