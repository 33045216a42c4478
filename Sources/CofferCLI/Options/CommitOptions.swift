import ArgumentParser
import Envelope
import FileIO

/// Whether somebody has to say that the input is whole.
struct CommitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Complete the container only when the line 'commit' has come on descriptor N; its end "
                + "without it means that the input is not whole.",
            valueName: "n"))
    var commitFd: Int32?

    /// Nothing where the end of the input says enough.
    func producer(_ sources: [InputSource]) throws -> (any Producer)? {
        guard let commitFd else { return nil }
        guard sources.count == 1 else {
            throw Failure.usage(
                "several inputs and one --commit-fd", "the word is said of one input: name one")
        }
        guard commitFd != 0 || !sources[0].isStandardInput else {
            throw Failure.usage(
                "standard input is both the data and where --commit-fd is to be told",
                "give the word another descriptor: --commit-fd 3 3< FIFO")
        }
        return try CommitWord(descriptor: commitFd)
    }
}
