package import SecretMemory

/// Requests and answers as bodies of AWS JSON 1.1, in both directions.
package enum AWSJSON {
    /// The `Content-Type` of every request and answer.
    package static let contentType = "application/x-amz-json-1.1"

    /// A page of a thousand aliases is some 400 KB.
    package static let maximumByteCount = 1 << 20

    /// The body.
    package static func encode<Shape: WireShape & ~Copyable>(
        _ shape: borrowing Shape
    ) -> SecretBytes {
        JSONWriter.object { shape.write(to: &$0) }
    }

    /// Reads a body; an empty one and `null` count as an object without members.
    ///
    /// The text is copied into secret memory, and a plaintext goes from there to its own.
    package static func decode<Shape: WireShape & ~Copyable>(
        _ type: Shape.Type, from body: RawSpan
    ) throws(WireError) -> Shape {
        try Shape(wire: try object(body))
    }

    /// Reads a request as the service does: held against the service model first, so that
    /// ``WireError`` tells all that is wrong with it.
    package static func request<Request: WireRequest & ~Copyable>(
        _ type: Request.Type, from body: RawSpan
    ) throws(WireError) -> Request {
        let object = try object(body)
        try RequestCheck.check(object, Request.members)
        return try Request(wire: object)
    }

    static func object(_ body: RawSpan) throws(WireError) -> JSONObject {
        guard body.byteCount <= maximumByteCount else {
            throw .tooLarge(byteCount: body.byteCount)
        }
        return try JSONObject(body: body)
    }
}
