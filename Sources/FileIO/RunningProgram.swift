internal import CLinux
internal import Glibc

/// The program of this process.
package enum RunningProgram {
    /// Its file, behind symbolic links; nil where /proc does not say.
    package static var path: FilePath? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            let text = unsafe bytes.assumingMemoryBound(to: CChar.self)
            return unsafe text.baseAddress.map {
                unsafe readlink("/proc/self/exe", $0, text.count)
            } ?? -1
        }
        guard count > 0, count < buffer.count else { return nil }
        return FilePath(bytes: Array(buffer[..<count]))
    }
}

extension FilePath {
    /// Whether this user may run the file.
    package var isExecutable: Bool {
        unsafe withCString { unsafe access($0, X_OK) == 0 }
    }
}
