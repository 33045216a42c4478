internal import NIOCore
internal import NIOHTTPTypes

/// Wipes the body of each answer once it has gone out, as it may have a key in it.
///
/// What has become of it on the way is not ours: with TLS it went on as ciphertext, without it the
/// kernel has a copy until the peer acknowledges it.
final class WipingHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .body(let body) = Self.unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        let sent = promise ?? context.eventLoop.makePromise()
        sent.futureResult.whenComplete { _ in body.wipe() }
        context.write(data, promise: sent)
    }
}

extension ByteBuffer {
    /// Overwrites the readable bytes where they lie, whoever else has a view of them: a buffer that
    /// copied itself first would leave them.
    func wipe() {
        // The storage is this buffer's for as long as the closure runs.
        unsafe withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe UnsafeMutableRawPointer(mutating: start).initializeMemory(
                as: UInt8.self, repeating: 0, count: bytes.count)
        }
    }
}
