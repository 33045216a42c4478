import ArgumentParser
import ContainerFormat
import FileIO

/// Pairs `key=value`.
struct ContextOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp(
            "A pair of the context: public, bound to the data; on opening a requirement.",
            valueName: "key=value"))
    var context: [String] = []

    var parsed: ContainerContext {
        get throws {
            let pairs = try context.map { text -> (key: [UInt8], value: [UInt8]) in
                let bytes = ArgumentBytes.decode(text)
                guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
                    throw Failure.usage(
                        "'\(Escaped.bytes(bytes))' is no pair of a context", "write -c key=value")
                }
                return (Array(bytes[..<equals]), Array(bytes[(equals + 1)...]))
            }
            guard let parsed = ContainerContext(pairs) else {
                throw Failure.usage(
                    "this context is not possible",
                    "each key once, not beginning with 'coffer:'; keys and values in UTF-8, "
                        + "at most 65535 bytes each")
            }
            return parsed
        }
    }
}
