/// The key at the external key manager.
package struct XksKeyConfiguration: Equatable, Sendable {
    package var id: String

    package init(id: String) {
        self.id = id
    }
}
