internal import KMSDomain
internal import KMSService
internal import NIOCore

/// The answers of one event loop that wait for the end of its turn.
///
/// Requests that were there when the loop looked make one turn: their records are written together,
/// which takes about as long as one of them alone, and then the answers go out. If the records cannot
/// be written, a failure goes out in place of each.
final class AnswerTurn {
    /// Whoever was first waits no longer than so many answers take.
    private static let maximumCount = 64

    private struct Held {
        let answer: ServedAnswer
        let id: RandomID
        let send: (ServedAnswer) -> Void
    }

    private(set) var calls = CallTurn()
    private let endpoint: KeyServiceEndpoint
    private let eventLoop: any EventLoop
    private var held: [Held] = []
    /// Of the answers that are held.
    private var recordCount = 0

    init(endpoint: KeyServiceEndpoint, eventLoop: any EventLoop) {
        self.endpoint = endpoint
        self.eventLoop = eventLoop
    }

    /// Calls `send` once the record of the call is written, with `answer` or with what has to be told in
    /// its place; at once if there is no record of it.
    func hold(_ answer: ServedAnswer, id: RandomID, send: @escaping (ServedAnswer) -> Void) {
        guard calls.recordCount > recordCount else { return send(answer) }
        recordCount = calls.recordCount
        held.append(Held(answer: answer, id: id, send: send))
        if held.count == 1 {
            // The loop comes to it when it has read from all connections that there was something on.
            eventLoop.assumeIsolated().execute { self.end() }
        } else if held.count == Self.maximumCount {
            end()
        }
    }

    /// What is answered from now on is of another turn.
    func end() {
        let (ending, calls) = (held, calls)
        held = []
        recordCount = 0
        self.calls = CallTurn()
        do throws(KMSServiceError) {
            try endpoint.end(calls)
            for one in ending { one.send(one.answer) }
        } catch {
            for one in ending {
                one.answer.body.wipe()
                one.send(endpoint.failure(error, of: one.answer, id: one.id))
            }
        }
    }
}
