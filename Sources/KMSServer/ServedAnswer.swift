internal import KMSWire
internal import NIOCore
internal import SecretMemory

/// What goes back, with what it is counted as.
struct ServedAnswer: Sendable {
    static let success = "Success"

    let status: Int
    let contentType: String
    let body: ByteBuffer
    /// The operation, or what kind of request it was.
    let operation: String
    /// ``success``, or the name of the exception.
    let outcome: String
    /// Who asked, as far as he has shown it.
    var principalARN: String?

    init(
        status: Int = 200, contentType: String, body: ByteBuffer, operation: String,
        outcome: String = ServedAnswer.success
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.operation = operation
        self.outcome = outcome
    }

    /// Of AWS JSON. From here on the secret is in memory that the connection wipes once it is sent.
    init(json: borrowing SecretBytes, operation: String) {
        self.init(
            contentType: AWSJSON.contentType, body: Self.buffer(json), operation: operation)
    }

    init(_ error: ErrorAnswer, status: Int, operation: String) {
        self.init(
            status: status, contentType: AWSJSON.contentType,
            body: Self.buffer(AWSJSON.encode(error)), operation: operation,
            outcome: error.exceptionName)
    }

    init(text: String, status: Int = 200, operation: String) {
        self.init(
            status: status, contentType: "text/plain; charset=utf-8",
            body: ByteBuffer(string: text), operation: operation,
            outcome: status == 200 ? Self.success : "Failure")
    }

    static func buffer(_ secret: borrowing SecretBytes) -> ByteBuffer {
        secret.withBytes { bytes in
            var buffer = ByteBufferAllocator().buffer(capacity: bytes.byteCount)
            buffer.writeBytes(bytes)
            return buffer
        }
    }
}
