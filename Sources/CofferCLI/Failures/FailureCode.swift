/// The stable names of failures, as `--json` prints them; each has one exit code.
enum FailureCode: String, CaseIterable {
    case partial
    case usage
    case truncated, trailing, auth, frame, index, header
    case headerMAC = "header_mac"
    case preamble, zstd, armor, metadata, archive
    case input
    case noKey = "no_key"
    case unreachable
    case `internal`
    case output
    case io
    /// Whoever makes the data did not make all of it.
    case producer
    case magic, version, unsupported
    case denied, context
    case config, limit, keystore
    /// Whoever read our output has gone; said to nobody.
    case brokenPipe = "broken_pipe"

    var exitCode: Int32 {
        switch self {
        case .partial: 1
        case .usage: 64
        case .truncated, .trailing, .auth, .frame, .index, .header, .headerMAC, .preamble, .zstd,
            .armor, .metadata, .archive:
            65
        case .input: 66
        case .noKey: 67
        case .unreachable: 69
        case .internal: 70
        case .output: 73
        case .io, .producer: 74
        case .magic, .version, .unsupported: 76
        case .denied, .context: 77
        case .config, .limit, .keystore: 78
        case .brokenPipe: 141
        }
    }
}
