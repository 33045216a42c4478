/// A pipe within this process: what one thread writes another reads.
package enum Pipe {
    /// The reader sees the end when the writer has been let go of.
    package static func make() throws(FileError) -> (reader: InputFile, writer: OutputFile) {
        do throws(SystemError) {
            let ends = try PipeEnds()
            let reader = try InputFile(ends.reader, name: .standardInput)
            return (reader, OutputFile(pipe: ends.writer))
        } catch { throw .cannotOpen(.standardInput, error) }
    }
}
