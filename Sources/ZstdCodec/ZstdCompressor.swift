internal import CZstd

/// Compresses one chunk after another, each into one zstd frame that declares its content size.
///
/// Owns one context, reused. Not for two threads at once.
@safe
package struct ZstdCompressor: ~Copyable {
    private let context: OpaquePointer

    package init(level: Int) throws(ZstdError) {
        guard let context = unsafe ZSTD_createCCtx() else {
            throw .libraryFailure(operation: "ZSTD_createCCtx", code: 0)
        }
        do throws(ZstdError) {
            unsafe try Self.set(level: level, of: context)
        } catch {
            _ = unsafe ZSTD_freeCCtx(context)
            throw error
        }
        unsafe self.context = context
    }

    /// From the next chunk on.
    package func change(level: Int) throws(ZstdError) {
        unsafe try Self.set(level: level, of: context)
    }

    deinit { unsafe _ = ZSTD_freeCCtx(context) }

    private static func set(level: Int, of context: OpaquePointer) throws(ZstdError) {
        let result = unsafe ZSTD_CCtx_setParameter(
            context, ZSTD_c_compressionLevel, Int32(level))
        guard ZSTD_isError(result) == 0 else {
            throw .libraryFailure(operation: "ZSTD_c_compressionLevel", code: Int(result))
        }
    }

    /// The compressed length, or nothing if it would not be smaller than the input by at least one
    /// byte or would not fit `output`.
    package func compress(
        _ input: RawSpan, into output: inout MutableRawSpan
    ) throws(ZstdError) -> Int? {
        guard input.byteCount > 1 else { return nil }
        let capacity = min(output.byteCount, input.byteCount - 1)
        let result = unsafe input.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { output in
                unsafe ZSTD_compress2(
                    context, output.baseAddress, capacity, input.baseAddress, input.count)
            }
        }
        guard ZSTD_isError(result) == 0 else {
            let code = ZSTD_getErrorCode(result)
            guard code == ZSTD_error_dstSize_tooSmall else {
                throw .libraryFailure(operation: "ZSTD_compress2", code: Int(code.rawValue))
            }
            return nil
        }
        return result
    }
}
