package import KMSModel

/// A request or an answer of the key service that has a form in AWS JSON 1.1.
package protocol WireShape: ~Copyable {
    init(wire object: JSONObject) throws(WireError)

    func write(to json: inout JSONWriter)
}

/// A request, which says what it asks for.
package protocol WireRequest: WireShape, ~Copyable {
    static var operation: KMSOperation { get }

    /// What the service model demands of it.
    static var members: [MemberRule] { get }
}

/// The answer to an operation that has nothing to tell.
package struct EmptyResponse: WireShape, Equatable, Sendable {
    package init() {}

    package init(wire object: JSONObject) {}

    package func write(to json: inout JSONWriter) {}
}
