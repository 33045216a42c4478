import ArgumentParser

/// Whether directories stand for the containers below them.
struct TreeOptions: ParsableArguments {
    @Flag(
        name: [.customShort("R"), .long],
        help: ArgumentHelp(
            "All containers below the directories, known by .coffer or by how they begin; links "
                + "are not followed, other file systems not entered."))
    var recursive = false
}
