import FileIO

/// Whether what a command wrote is the whole of it: only when the command has ended with 0, its
/// output has ended, and nobody wanted to stop it.
struct CommandState: Equatable {
    enum Verdict: Equatable {
        case whole
        /// The command ended with another code, or by a signal.
        case failed(PipedProgram.Ending)
        /// This signal came, whatever the command made of it: one that ends with 0 because it was
        /// told to stop has not written everything.
        case interrupted(by: Int32)
        /// The command has ended and another process keeps its output open.
        case heldOpen
    }

    private(set) var verdict: Verdict?
    private var ending: PipedProgram.Ending?
    private var outputEnded = false

    /// A later signal changes nothing, and an earlier failure none either.
    mutating func received(_ signal: Int32) {
        if verdict == nil || verdict == .whole { verdict = .interrupted(by: signal) }
    }

    mutating func ended(_ ending: PipedProgram.Ending) {
        self.ending = ending
        guard verdict == nil else { return }
        if !ending.isSuccess {
            verdict = .failed(ending)
        } else if outputEnded {
            verdict = .whole
        }
    }

    mutating func reachedEndOfOutput() {
        outputEnded = true
        if verdict == nil, ending != nil { verdict = .whole }
    }

    /// The command has ended, and its output was waited for in vain.
    mutating func waitedInVain() {
        if verdict == nil { verdict = .heldOpen }
    }
}
