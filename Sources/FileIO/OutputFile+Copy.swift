extension OutputFile {
    /// Appends everything in a regular input from byte `offset` on: by the kernel where it can.
    package func append(_ input: InputFile, from offset: UInt64) throws(FileError) {
        guard case .regular = input.kind else { throw .notSeekable(input.name) }
        try translating { () throws(SystemError) in
            try straight.append(input.descriptor, from: input.start + offset)
        }
    }
}
