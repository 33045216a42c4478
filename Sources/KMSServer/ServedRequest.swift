internal import KMSDomain
internal import KMSWire
internal import NIOCore

/// A request as it came in, whole.
struct ServedRequest: Sendable {
    let id: RandomID
    let method: String
    /// As on the request line: percent-encoded, without the query.
    let path: String
    /// As on the request line, without its `?`; empty if there is none.
    let query: String
    /// In their order on the wire, with `host`.
    let headers: [HeaderField]
    let body: ByteBuffer
    /// The address of whoever sent it.
    let source: String
    let isOverTLS: Bool

    /// Whether its sender has an address of the loopback interface.
    var isFromThisMachine: Bool {
        source == "::1" || source.hasPrefix("127.") || source.hasPrefix("::ffff:127.")
    }

    /// The first header of this name, which is lower-case.
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// Without parameters such as `charset`, in lower case.
    var contentType: String {
        let value = header("content-type") ?? ""
        if value == AWSJSON.contentType { return value }
        let type = value.prefix { $0 != ";" }
        return String(decoding: type.utf8.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            .lowercased()
    }
}
