internal import KMSModel
internal import KMSWire
internal import SecretMemory

/// The AWS KMS API, of AWS or whoever speaks it, at one endpoint.
final class AWSKMSClient: Sendable {
    let requester: AWSRequester
    private let credentials: AWSCredentialChain

    init(requester: AWSRequester, credentials: AWSCredentialChain) {
        self.requester = requester
        self.credentials = credentials
    }

    /// One of KMS's operations: GenerateDataKey, Encrypt, Decrypt, ReEncrypt, DescribeKey and others.
    func ask<Request: WireRequest & ~Copyable, Response: WireShape & ~Copyable>(
        _ request: borrowing Request, for response: Response.Type,
        deadline: ContinuousClock.Instant
    ) throws(AWSCallError) -> Response {
        let answer = try send(
            target: Request.operation.target, body: SecretText(AWSJSON.encode(request)),
            deadline: deadline)
        let body = answer.body.secret(0..<answer.body.count)
        do throws(WireError) {
            return try body.withBytes { bytes throws(WireError) in
                try AWSJSON.decode(response, from: bytes)
            }
        } catch { throw .badAnswer }
    }

    /// An operation by its name, with its JSON as it is.
    func call(
        _ operation: KMSOperation, body: [UInt8], deadline: ContinuousClock.Instant
    ) throws(AWSCallError) -> [UInt8] {
        let text = SecretText(unsafe SecretBytes(copying: body.span.bytes))
        let answer = try send(target: operation.target, body: text, deadline: deadline)
        return (0..<answer.body.count).map { answer.body[$0] }
    }

    func forget() { credentials.forget() }

    private func send(
        target: String, body: SecretText, deadline: ContinuousClock.Instant
    ) throws(AWSCallError) -> HTTPAnswer {
        try requester.send(
            headers: [
                (name: "Content-Type", value: AWSJSON.contentType),
                (name: "X-Amz-Target", value: target),
            ], body: body, deadline: deadline,
            credentials: { areExpired throws(AWSCredentialError) in
                try credentials.credentials(areExpired: areExpired, deadline: deadline)
            }, refusal: Self.refusal)
    }

    private static func refusal(_ answer: HTTPAnswer) -> AWSRefusal {
        let body = answer.body.secret(0..<answer.body.count)
        do throws(WireError) {
            let error = try body.withBytes { bytes throws(WireError) in
                try ErrorAnswer(body: bytes, errorTypeHeader: answer.header("x-amzn-errortype"))
            }
            return AWSRefusal(
                status: answer.status, name: error.exceptionName, message: error.message)
        } catch { return AWSRefusal(status: answer.status, name: "", message: nil) }
    }
}
