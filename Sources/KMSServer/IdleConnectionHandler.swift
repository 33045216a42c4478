internal import NIOCore
internal import NIOHTTP1

/// Closes a connection on which no request has begun for a while: one that is new, one that was
/// answered, and one that does not come to the end of its header.
///
/// There is one timer, which looks when it runs out how long that still is; a request costs none.
final class IdleConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart

    private let timeout: TimeAmount
    /// Nothing while there is a request.
    private var idleSince: NIODeadline?
    private var timer: Scheduled<Void>?

    init(timeout: TimeAmount) { self.timeout = timeout }

    func handlerAdded(context: ChannelHandlerContext) {
        idleSince = .now()
        wait(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = Self.unwrapInboundIn(data) { idleSince = nil }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = Self.unwrapOutboundIn(data) { idleSince = .now() }
        context.write(data, promise: promise)
    }

    private func wait(_ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(
            deadline: (idleSince ?? .now()) + timeout
        ) {
            if let idleSince = self.idleSince, idleSince + self.timeout <= .now() {
                context.close(promise: nil)
            } else {
                self.wait(context)
            }
        }
    }
}
