import Envelope
import FileIO

extension ManyOutputs {
    /// What the verb does to one file.
    struct Work: Sendable {
        /// The name of the verb, and its outcome in words: "encrypt", "encrypted".
        let verb: String
        let done: String
        /// Of files that ``isWanted`` says no to.
        let leftOut: String
        /// Asked of a file that was found in a tree.
        let isWanted: @Sendable (FilePath) throws -> Bool
        /// The name of the output, where outputs lie beside their inputs.
        let target: @Sendable (FilePath) throws -> FilePath
        /// Of an output that has the time of its input.
        let isWhole: @Sendable (FilePath) -> Bool
        /// Throws ``BecomesFolder`` where the output is no file.
        let make: @Sendable (InputFile, OutputFile, Progress) throws -> Made
        /// Of those; nil where all of it is there already.
        var makeFolder: (@Sendable (InputFile, FilePath, Progress) throws -> Made?)?
    }

    /// The output is a folder, which is only seen inside.
    struct BecomesFolder: Error {}

    /// What came of one file.
    struct Made: Sendable {
        let plaintextByteCount: UInt64
        let containerByteCount: UInt64
        /// Said of it in the report, beside names and sizes.
        var members: [(String, JSONValue)] = []
        /// What was wrong all the same.
        var warning: (message: String, hint: String)?
        /// Something was, and has been said.
        var isFlawed = false
    }
}
