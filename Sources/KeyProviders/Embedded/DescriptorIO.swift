internal import Glibc

/// Reading and writing all of something through a descriptor.
enum DescriptorIO {
    static func write(
        _ bytes: RawSpan, to descriptor: Int32, file: String
    ) throws(EmbeddedKeyServiceError) {
        var offset = 0
        while offset < bytes.byteCount {
            let rest = bytes.extracting(droppingFirst: offset)
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                guard errno == EINTR else {
                    throw .cannotAccess(file: file, operation: "write", errno: errno)
                }
                continue
            }
            offset += count
        }
    }

    /// Fills `bytes`, or stops at the end of the file. Returns how many bytes there were.
    static func read(
        from descriptor: Int32, into bytes: inout MutableRawSpan, file: String
    ) throws(EmbeddedKeyServiceError) -> Int {
        var offset = 0
        while offset < bytes.byteCount {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(
                    descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
            }
            if count == 0 { break }
            if count < 0 {
                guard errno == EINTR else {
                    throw .cannotAccess(file: file, operation: "read", errno: errno)
                }
                continue
            }
            offset += count
        }
        return offset
    }
}
