internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import SecretMemory
internal import Synchronization

/// Gathers one answer in secret memory, and no more than `limit` bytes of it.
final class AnswerCollector: HTTPClientResponseDelegate {
    struct TooLarge: Error {}

    private struct State {
        var head: HTTPResponseHead?
        var parts: [SecretBuffer] = []
        var byteCount = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    func didReceiveHead(
        task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        state.withLock { $0.head = head }
        if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > limit
        {
            return task.eventLoop.makeFailedFuture(TooLarge())
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Void>, _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        let fits = state.withLock { state -> Bool in
            guard buffer.readableBytes <= limit - state.byteCount else { return false }
            guard buffer.readableBytes > 0 else { return true }
            let part = SecretBuffer(byteCount: buffer.readableBytes)
            unsafe buffer.withUnsafeReadableBytes { unsafe part.memory.copyMemory(from: $0) }
            state.parts.append(part)
            state.byteCount += buffer.readableBytes
            return true
        }
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(TooLarge())
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {}

    /// What was gathered; nothing before the head came.
    func answer() -> HTTPAnswer? {
        let state = state.withLock { $0 }
        guard let head = state.head else { return nil }
        let body = SecretBytes(byteCount: state.byteCount) { output in
            var offset = 0
            for part in state.parts {
                unsafe output.withUnsafeMutableBytes { output in
                    unsafe output[offset...].copyBytes(from: part.memory)
                }
                unsafe offset += part.memory.count
            }
        }
        return HTTPAnswer(
            status: Int(head.status.code),
            headers: head.headers.map { (name: $0.name, value: $0.value) },
            body: SecretText(body))
    }
}
