internal import FileIO
internal import FuzzBed
internal import KeyAgent

/// What comes over the socket between coffer and its agent: frames until the bytes end or are none.
/// What is a request or an answer can be written again and then says the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let bytes = input.takeRest()
    // Without a frame's head around it, which a change rarely makes right.
    if let kind = bytes.first { parse(kind, Array(bytes.dropFirst())) }
    do {
        let (here, there) = try LocalSocket.pair()
        unsafe try there.write(bytes.span.bytes, RawSpan(), within: .seconds(60))
        there.end()
        while let frame = try AgentFrame.read(from: here) {
            precondition(frame.isWithinLimits, "agent: a frame over its limits")
            parse(frame.kind, frame.fields)
        }
    } catch is AgentFrameError {
    } catch { preconditionFailure("agent: no socket: \(error)") }
    return 0
}

private func parse(_ kind: UInt8, _ fields: [UInt8]) {
    if let request = AgentRequest(kind: kind, fields: fields) {
        precondition(request.kind == kind, "agent: a request of another kind")
        precondition(request.fields.count == fields.count, "agent: bytes that say nothing")
        let again = AgentRequest(kind: kind, fields: request.fields)
        precondition(again?.fields == request.fields, "agent: a request that says something else")
    }
    if let answer = AgentAnswer(kind: kind, fields: fields) {
        precondition(answer.kind == kind, "agent: an answer of another kind")
        let again = AgentAnswer(kind: kind, fields: answer.fields)
        precondition(again == answer, "agent: an answer that says something else")
    }
}
