internal import FileIO
internal import SecretMemory

/// What is in a small file that holds a key.
struct SecretFile: ~Copyable {
    let content: SecretBytes
    /// Whether others may read it, for a warning; 0 for what is no regular file.
    let mode: UInt32

    /// A file of more than `limit` bytes is `tooLarge`: not what was meant.
    init(
        _ path: FilePath, limit: Int, tooLarge: KeyReferenceError
    ) throws(KeyReferenceError) {
        do throws(FileError) {
            let input = try InputFile(path: path)
            content = try SecretInput.content(of: input, limit: limit)
            mode = input.isRegularFile ? input.mode : 0
        } catch {
            if case .tooLarge = error { throw tooLarge }
            throw .keyFileUnreadable(error)
        }
    }
}
