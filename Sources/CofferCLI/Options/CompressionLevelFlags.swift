/// `-1` … `-19`, as zstd and gzip have them. The argument parser would take `-19` for `-1 -9`, so
/// they become `--compress=19` before it sees them.
enum CompressionLevelFlags {
    private static let verbs: Set<String> = ["encrypt", "e", "reencrypt"]

    static func expand(_ arguments: [String]) -> [String] {
        guard let verb = arguments.first, verbs.contains(verb) else { return arguments }
        var result: [String] = []
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return result + arguments[index...] }
            if argument.utf8.first == UInt8(ascii: "-"),
                let level = UInt8(argument.dropFirst()), (1...19).contains(level)
            {
                result.append("--compress=\(level)")
            } else {
                result.append(argument)
            }
        }
        return result
    }
}
