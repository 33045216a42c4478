internal import NIOCore
internal import NIOHTTP1

/// Closes a connection whose request does not come to its end in time, however it trickles.
final class RequestDeadlineHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let timeout: TimeAmount
    private var isReading = false
    private var deadline: Scheduled<Void>?

    init(timeout: TimeAmount) { self.timeout = timeout }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head: isReading = true
        case .body: break
        case .end:
            isReading = false
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    /// A request that came in one piece never gets here half read, so it costs no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isReading, deadline == nil {
            let channel = context.channel
            deadline = context.eventLoop.scheduleTask(in: timeout) {
                channel.close(promise: nil)
            }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        context.fireChannelInactive()
    }
}
