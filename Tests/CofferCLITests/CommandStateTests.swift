import FileIO
import Testing

@testable import CofferCLI

@Suite struct CommandStateTests {
    private func verdict(_ events: (inout CommandState) -> Void...) -> CommandState.Verdict? {
        var state = CommandState()
        for event in events { event(&state) }
        return state.verdict
    }

    private let ok: (inout CommandState) -> Void = { $0.ended(.exited(0)) }
    private let failure: (inout CommandState) -> Void = { $0.ended(.exited(3)) }
    private let end: (inout CommandState) -> Void = { $0.reachedEndOfOutput() }
    private let signal: (inout CommandState) -> Void = { $0.received(15) }
    private let vain: (inout CommandState) -> Void = { $0.waitedInVain() }

    @Test("Only an exit code of 0 and the end of the output together make a whole, in either order")
    func whole() {
        #expect(verdict(ok) == nil && verdict(end) == nil)
        #expect(verdict(ok, end) == .whole)
        #expect(verdict(end, ok) == .whole)
    }

    @Test("Another exit code or a signal of its own is a failure, before or after the output's end")
    func failed() {
        #expect(verdict(failure) == .failed(.exited(3)))
        #expect(verdict(end, failure) == .failed(.exited(3)))
        #expect(verdict({ $0.ended(.killed(by: 9)) }, end) == .failed(.killed(by: 9)))
    }

    @Test("Who was told to stop has not written everything, even if it ends with 0")
    func interrupted() {
        #expect(verdict(signal, end, ok) == .interrupted(by: 15))
        #expect(verdict(end, ok, signal) == .interrupted(by: 15))
        #expect(verdict(signal, failure) == .interrupted(by: 15))
        #expect(verdict(failure, signal) == .failed(.exited(3)))
    }

    @Test("An output that nobody ends is no whole, and its late end changes nothing")
    func held() {
        #expect(verdict(ok, vain) == .heldOpen)
        #expect(verdict(ok, vain, end) == .heldOpen)
        #expect(verdict(ok, end, vain) == .whole)
    }

    @Test(
        "Exit codes are those of a shell", arguments: [(0, 0), (0x300, 3), (9, 137), (0x8B, 139)])
    func codes(status: Int32, code: Int32) {
        #expect(PipedProgram.Ending(waitStatus: status).exitCode == code)
    }

    @Test("The word is 'commit' and nothing else")
    func word() {
        for text in ["commit", "commit\n"] { #expect(CommitWord.isCommit(Array(text.utf8))) }
        for text in ["", "\n", "commi", "commit ", "commit\r", "COMMIT\n", "abort\n", "xcommit"] {
            #expect(!CommitWord.isCommit(Array(text.utf8)), "\(text)")
        }
    }
}
