extension OutputFile {
    /// The files that this output is and replaces: a tree that holds them is read without them.
    package func identities() throws(FileError) -> Set<FileIdentity> {
        do throws(SystemError) {
            let own = try straight.status().identity
            return Set([own] + (replaced.map { [$0.identity] } ?? []))
        } catch { throw .cannotOpen(name, error) }
    }
}
