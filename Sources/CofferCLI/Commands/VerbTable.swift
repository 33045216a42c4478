import ArgumentParser

/// The way straight to a verb, past the parser's setting up of all the others: about a millisecond
/// of a start that takes few.
enum VerbTable {
    static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        guard let name = arguments.first, let verb = verb(named: name) else {
            return try CofferCommand.parseAsRoot(arguments)
        }
        return try verb.parseAsRoot(Array(arguments.dropFirst()))
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
