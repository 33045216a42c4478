/// Why zstd did not do what it was asked.
package enum ZstdError: Error, Equatable, Sendable {
    /// The input is not one frame within the bounds that the caller set.
    case malformed
    /// The library refused: which call, and its own code.
    case libraryFailure(operation: String, code: Int)
}
