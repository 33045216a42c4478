import ArgumentParser
import CofferConfiguration
import ContainerFormat
import Envelope
import FileIO

/// How a container is made.
struct SealOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "auto (zstd level 3 where it pays), none, or a level 1…19; also as -1 … -19.",
            valueName: "how"))
    var compress: String?

    @Flag(help: "Let the level follow what the output can take, from the given one on.")
    var adapt = false

    @Option(
        help: ArgumentHelp(
            "Bytes per chunk, a power of two from 4KiB to 16MiB; 4MiB by default, 1MiB without "
                + "compression.",
            valueName: "size"))
    var chunkSize: String?

    @Option(
        help: ArgumentHelp(
            "Hide lengths: none, padme (12 % at most) or a multiple of SIZE.", valueName: "how"))
    var pad: String?

    @Flag(name: .shortAndLong, help: "Write text (base64) instead of bytes.")
    var armor = false

    /// The options; what is not given is as `options` has it.
    func apply(to options: inout EncryptionOptions) throws {
        if armor { options.armor = true }
        if let compression = try compression { options.compression = compression }
        if adapt {
            guard options.compression != .none else {
                throw Failure.usage(
                    "--adapt, and nothing is compressed", "leave one of --adapt and none away")
            }
            options.adaptsLevel = true
        }
        if let exponent = try chunkSizeExponent { options.chunkSizeExponent = exponent }
        if pad != nil { options.padding = try padding }
    }

    /// The same over the defaults of the configuration.
    func encryptionOptions(_ defaults: Defaults) throws -> EncryptionOptions {
        var options = EncryptionOptions()
        switch defaults.compression {
        case .auto?, nil: break
        case .none?: options.compression = .none
        case .level(let level)?: options.compression = .level(level)
        }
        if let count = defaults.chunkByteCount {
            options.chunkSizeExponent = UInt8(count.trailingZeroBitCount)
        }
        switch defaults.padding {
        case .none?, nil: break
        case .padme?: options.padding = .padme
        case .multiple(let count)?: options.padding = .multiple(of: Int(clamping: count))
        }
        try apply(to: &options)
        return options
    }

    private var compression: EncryptionOptions.Compression? {
        get throws {
            switch compress {
            case nil: return nil
            case "auto": return .automatic
            case "none": return EncryptionOptions.Compression.none
            case let text?:
                guard let level = Int(text), (1...19).contains(level) else {
                    throw Failure.usage(
                        "'\(Escaped.argument(text))' is no compression",
                        "use auto, none or a level from 1 to 19")
                }
                return .level(level)
            }
        }
    }

    private var chunkSizeExponent: UInt8? {
        get throws {
            guard let chunkSize else { return nil }
            let exponents = Preamble.chunkSizeExponents
            guard let count = ByteCount.parse(chunkSize), count.nonzeroBitCount == 1,
                exponents.contains(UInt8(count.trailingZeroBitCount))
            else {
                throw Failure.usage(
                    "'\(Escaped.argument(chunkSize))' is no chunk size",
                    "use a power of two from 4KiB to 16MiB")
            }
            return UInt8(count.trailingZeroBitCount)
        }
    }

    private var padding: Padding? {
        get throws {
            switch pad {
            case nil, "none": return nil
            case "padme": return .padme
            case let text?:
                guard let count = ByteCount.parse(text), (1...(16 << 20)).contains(count) else {
                    throw Failure.usage(
                        "'\(Escaped.argument(text))' is no padding",
                        "use none, padme or a size up to 16MiB")
                }
                return .multiple(of: Int(count))
            }
        }
    }
}
