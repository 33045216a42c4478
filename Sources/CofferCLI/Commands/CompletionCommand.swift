import ArgumentParser
import FileIO

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a completion script for a shell.",
        discussion: """
            source <(coffer completion bash)
            coffer completion zsh > ~/.zfunc/_coffer
            coffer completion fish > ~/.config/fish/completions/coffer.fish
            """
    ).verb

    @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
    var shell: String

    func run() throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw Failure.usage(
                "no completion for '\(Escaped.argument(shell))'", "there is bash, zsh and fish")
        }
        try StandardStreams.writeOutput(CofferCommand.completionScript(for: shell) + "\n")
    }
}
