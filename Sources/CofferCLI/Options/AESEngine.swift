import FileIO
import FrameSealing

/// Which library does AES-256-GCM: the faster one here, or for tests and the benchmark the one that
/// COFFER_AES_ENGINE names.
enum AESEngine {
    static func chosen(_ environment: ProcessEnvironment) throws -> ChunkCipherEngine {
        guard let name = environment.argument("COFFER_AES_ENGINE") else { return .preferred }
        guard let engine = ChunkCipherEngine(rawValue: name) else {
            let known = ChunkCipherEngine.allCases.map(\.rawValue).joined(separator: " or ")
            throw Failure(
                .config, "COFFER_AES_ENGINE is '\(Escaped.argument(name))'",
                hints: ["use \(known), or leave it unset"])
        }
        return engine
    }
}
