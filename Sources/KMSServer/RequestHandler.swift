internal import KMSDomain
internal import KMSService
internal import KMSWire
internal import NIOCore
internal import NIOHTTP1

/// Reads the requests of one connection, has them answered and writes the answers.
///
/// What waits for nothing is answered where it was read: the way to another thread and back is longer
/// than the answer takes. Its answer goes out at the end of the turn. Wipes what came in once it is
/// answered, and what went out once it is sent, as there may be keys in both. What has become of it on
/// the way is not ours: with TLS it went on as ciphertext, without it the kernel has a copy until the
/// peer acknowledges it.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Reading {
        let head: HTTPRequestHead
        let start = ContinuousClock.now
        var body = ByteBuffer()
        /// Whether nobody else has a view of the body's memory: its first piece is the connection's.
        private var ownsBody = false

        init(head: HTTPRequestHead) { self.head = head }

        /// Takes the piece in; what is copied is wiped where it was.
        mutating func append(_ piece: ByteBuffer) {
            if body.readableBytes == 0 {
                body = piece
                return
            }
            if !ownsBody || body.writableBytes < piece.readableBytes {
                var larger = ByteBuffer()
                larger.reserveCapacity(2 * (body.readableBytes + piece.readableBytes))
                larger.writeImmutableBuffer(body)
                swap(&body, &larger)
                larger.wipe()
                ownsBody = true
            }
            body.writeImmutableBuffer(piece)
            piece.wipe()
        }
    }

    private let front: HTTPFront
    private let turn: AnswerTurn
    private var reading: Reading?
    private var isAnswering = false
    private var closesOnceAnswered = false
    /// The request is a HEAD, whose answer ends with its head.
    private var asksForHeadOnly = false
    /// The address of the peer, once it is known.
    private var source: String?

    init(front: HTTPFront, turn: AnswerTurn) {
        self.front = front
        self.turn = turn
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let piece): collect(piece, context)
        case .end:
            guard let request = reading else { return }
            reading = nil
            answer(request, context)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        reading = Reading(head: head)
        asksForHeadOnly = head.method == .HEAD
        // Who asks whether to send the body waits until told.
        let expectations = head.headers[canonicalForm: "expect"]
        if expectations.contains(where: { $0.lowercased() == "100-continue" }) {
            let go = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(go)), promise: nil)
        }
    }

    /// In one piece; the pieces that it came in are wiped.
    private func collect(_ piece: ByteBuffer, _ context: ChannelHandlerContext) {
        guard let start = reading?.start, let byteCount = reading?.body.readableBytes else {
            // The rest of one that was too long.
            return piece.wipe()
        }
        if byteCount + piece.readableBytes > HTTPFront.maximumBodyByteCount {
            reading?.body.wipe()
            reading = nil
            piece.wipe()
            closesOnceAnswered = true
            write(HTTPFront.tooLong, KMSService.freshCallID(), start: start, context)
        } else {
            reading?.append(piece)
        }
    }

    private func answer(_ request: Reading, _ context: ChannelHandlerContext) {
        if !request.head.isKeepAlive { closesOnceAnswered = true }
        let served = ServedRequest(
            request.head, id: KMSService.freshCallID(), body: request.body,
            source: source(context), isOverTLS: front.isOverTLS)
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let (eventLoop, start) = (context.eventLoop, request.start)
        isAnswering = true
        let answer = front.answer(served, in: turn.calls) { answer in
            served.body.wipe()
            eventLoop.execute {
                let (handler, context) = connection.value
                // Who learns of a change asks for it in no turn that was before.
                handler.turn.end()
                handler.isAnswering = false
                handler.write(answer, served.id, start: start, context)
            }
        }
        guard let answer else { return }
        request.body.wipe()
        turn.hold(answer, id: served.id) { answer in
            self.isAnswering = false
            self.write(answer, served.id, start: start, context)
        }
    }

    private func source(_ context: ChannelHandlerContext) -> String {
        if let source { return source }
        let found = context.remoteAddress?.ipAddress ?? ""
        source = found
        return found
    }

    private func write(
        _ answer: ServedAnswer, _ id: RandomID, start: ContinuousClock.Instant,
        _ context: ChannelHandlerContext
    ) {
        front.record(
            answer, id: id, source: source(context), duration: ContinuousClock.now - start)
        var headers = HTTPHeaders()
        headers.reserveCapacity(5)
        headers.add(name: "Content-Type", value: answer.contentType)
        headers.add(name: "Content-Length", value: String(answer.body.readableBytes))
        headers.add(name: "Date", value: front.date.text)
        headers.add(name: "x-amzn-RequestId", value: id.text)
        if closesOnceAnswered { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        let body = answer.body
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in body.wipe() }
        context.write(Self.wrapOutboundOut(.head(head)), promise: asksForHeadOnly ? sent : nil)
        if !asksForHeadOnly {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: sent)
        }
        if closesOnceAnswered {
            // Not before the peer, who may be slow, has all of it.
            let channel = context.channel
            sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// A peer that sends no more still gets the answer that it waits for.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        if isAnswering { closesOnceAnswered = true } else { context.close(promise: nil) }
    }

    /// Of the connection, or of what is no HTTP: the pipeline has said so to the peer.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        reading?.body.wipe()
        reading = nil
        context.fireChannelInactive()
    }
}

extension ServedRequest {
    /// A request as the codec read it.
    fileprivate init(
        _ head: HTTPRequestHead, id: RandomID, body: ByteBuffer, source: String, isOverTLS: Bool
    ) {
        let target = head.uri.utf8
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        self.init(
            id: id, method: head.method.rawValue, path: String(head.uri[..<end]),
            query: String(head.uri[end...].dropFirst()),
            headers: head.headers.map { name, value in HeaderField(name.lowercased(), value) },
            body: body, source: source, isOverTLS: isOverTLS)
    }
}
