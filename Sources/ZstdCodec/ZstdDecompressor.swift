internal import CZstd

/// Decompresses one chunk after another into memory that the caller bounds.
///
/// Owns one context, reused. Not for two threads at once.
@safe
package struct ZstdDecompressor: ~Copyable {
    private let context: OpaquePointer

    package init() throws(ZstdError) {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw .libraryFailure(operation: "ZSTD_createDCtx", code: 0)
        }
        unsafe self.context = context
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    /// Decompresses `input`, which must be exactly one zstd frame whose declared content and window
    /// fit `output`, and returns the content's length. Specification: container-v1, 7.4.
    ///
    /// - Throws: ``ZstdError/malformed`` for anything else, before `output` is touched where the
    ///   frame's own header shows it.
    package func decompress(
        _ input: RawSpan, into output: inout MutableRawSpan
    ) throws(ZstdError) -> Int {
        let limit = UInt64(output.byteCount)
        guard let header = ZstdFrameHeader(input), header.contentByteCount <= limit,
            header.windowByteCount <= limit
        else { throw .malformed }
        let content = Int(header.contentByteCount)
        let result = unsafe input.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { output -> Int? in
                let frame = unsafe ZSTD_findFrameCompressedSize(input.baseAddress, input.count)
                guard ZSTD_isError(frame) == 0, frame == input.count else { return nil }
                let written = unsafe ZSTD_decompressDCtx(
                    context, output.baseAddress, content, input.baseAddress, input.count)
                return ZSTD_isError(written) == 0 ? written : nil
            }
        }
        guard let result, result == content else { throw .malformed }
        return result
    }
}
