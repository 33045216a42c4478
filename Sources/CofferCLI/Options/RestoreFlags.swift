import ArgumentParser
import Envelope
import FileIO
import Glibc

/// How the members of an archive become files again.
struct RestoreFlags: ParsableArguments {
    @Flag(
        name: [.customShort("p"), .long],
        help: "Keep set-user-ID and set-group-ID bits, and names with control characters.")
    var preserve = false

    @Flag(help: "Keep owners by their numbers, whatever they are called here.")
    var numericOwner = false

    @Option(
        help: ArgumentHelp("Leave so many leading parts of each name away.", valueName: "n"))
    var stripComponents = 0

    func options(workerCount: Int = WorkerCount.automatic) throws -> RestoreOptions {
        guard stripComponents >= 0 else {
            throw Failure.usage("--strip-components \(stripComponents): use 0 or more")
        }
        var options = RestoreOptions()
        options.preservesAll = preserve
        options.usesNumericOwners = numericOwner
        options.strippedComponentCount = stripComponents
        options.setsOwners = geteuid() == 0
        options.workerCount = workerCount
        return options
    }
}
