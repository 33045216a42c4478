internal import Glibc

extension FilePath {
    /// The same file for a program that runs in another directory; as it is where the current one has
    /// no name any more.
    package var absolute: FilePath {
        guard !isAbsolute, let directory = Self.currentDirectory, directory.isAbsolute else {
            return self
        }
        return directory.appending(component: self)
    }

    private static var currentDirectory: FilePath? {
        guard let name = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(name) }
        return unsafe FilePath(
            bytes: Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
    }
}
