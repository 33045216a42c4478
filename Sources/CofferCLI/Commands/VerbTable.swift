import ArgumentParser

/// The way straight to a verb, past the parser's setting up of all the others: about a millisecond
/// of a start that takes few.
enum VerbTable {
    /// The verb that the first argument names, and the others; without a verb all of them are for
    /// `coffer` itself.
    static func find(
        _ arguments: [String]
    ) -> (verb: any ParsableCommand.Type, arguments: [String]) {
        guard let name = arguments.first, let verb = verb(named: name) else {
            return (CofferCommand.self, arguments)
        }
        return (verb, Array(arguments.dropFirst()))
    }

    private static func verb(named name: String) -> (any ParsableCommand.Type)? {
        CofferCommand.verbs.first { verb in
            verb.configuration.commandName == name || verb.configuration.aliases.contains(name)
        }
    }
}

extension CommandConfiguration {
    /// Of a verb: help and usage begin with the program's name.
    var verb: CommandConfiguration {
        var configuration = self
        configuration._superCommandName = "coffer"
        return configuration
    }
}
