/// `-1` … `-19`, as zstd and gzip have them. The argument parser would take `-19` for `-1 -9`, so
/// they become `--compress=19` before it sees them.
enum CompressionLevelFlags {
    static func expand(_ arguments: [String]) -> [String] {
        guard let verb = arguments.first, ["encrypt", "e", "reencrypt", "run"].contains(verb) else {
            return arguments
        }
        var result: [String] = []
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return result + arguments[index...] }
            result.append(isLevel(argument) ? "--compress=\(argument.dropFirst())" : argument)
        }
        return result
    }

    /// `-20` too, so that it is refused as a level.
    private static func isLevel(_ argument: String) -> Bool {
        let digits = argument.utf8.dropFirst()
        return argument.utf8.first == UInt8(ascii: "-") && digits.count <= 3
            && digits.first.map { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) } == true
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
