/// What options mean where the command line does not say: the `defaults` of the configuration.
package struct Defaults: Equatable, Sendable {
    package enum Compression: Equatable, Sendable {
        case auto
        case none
        case level(Int)
    }

    package enum Padding: Equatable, Sendable {
        case none
        case padme
        case multiple(UInt64)
    }

    /// Worker threads, in the configuration and on the command line; 0 for one per core.
    package static let threadCounts = 0...64

    package var compression: Compression?
    /// One of ``threadCounts``.
    package var threadCount: Int?
    package var chunkByteCount: UInt64?
    package var padding: Padding?
    /// Key URIs, spelled as arguments are (``FileIO/ArgumentBytes``).
    package var keys: [String] = []
    package var keySet: String?
    /// Whether it is said, once, that no recipient is offline.
    package var givesOfflineAdvice = true

    package init() {}
}
