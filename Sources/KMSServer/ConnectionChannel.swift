internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// A connection of the server: HTTP/1.1 on both sides of a ``RequestHandler``.
struct ConnectionChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    private static let longestHeader = 64 * 1024
    private static let maximumHeaderCount = 100

    let front: HTTPFront
    let idleTimeout: TimeAmount
    let bodyTimeout: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = Self.longestHeader
            limits.maxHeaderListSize = Self.longestHeader
            limits.maxHeaderFieldCount = Self.maximumHeaderCount
            let pipeline = channel.pipeline.syncOperations
            // Lets in one request after the other, and none any more when the server is to stop.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: true, withErrorHandling: true,
                withOutboundHeaderValidation: false, withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(IdleConnectionHandler(timeout: idleTimeout))
            try pipeline.addHandler(RequestDeadlineHandler(timeout: bodyTimeout))
            try pipeline.addHandler(
                RequestHandler(front: front, turn: front.turn(of: channel.eventLoop)))
            return Value(channel: channel)
        }
    }

    /// Everything happens in the channel's handlers; this lasts as long as the connection.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                value.channel.closeFuture.whenComplete { _ in continuation.resume() }
            }
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
