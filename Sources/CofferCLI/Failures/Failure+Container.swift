import ContainerFormat
import FileIO

extension Failure {
    private static let damaged = "compare it with another copy; 'coffer verify' checks each"

    init(_ error: ContainerError, file: FileName?) {
        let name = file?.displayText ?? "the container"
        func damage(_ what: String, _ hint: String = Failure.damaged) -> Failure {
            Failure(FailureCode(error.code), "\(name): \(what)", file: file, hints: [hint])
        }
        self =
            switch error {
            case .notAContainer:
                damage(
                    "not a coffer container",
                    "if it once was one, a transfer in text mode may have changed it")
            case .unsupportedVersion(let version):
                damage(
                    "container version \(version) is newer than this program",
                    "install a newer coffer")
            case .unsupported(let feature):
                damage("\(Self.text(feature)) is not known here", "install a newer coffer")
            case .header(let fault): damage("the header is malformed: \(Self.text(fault))")
            case .headerNotAuthentic:
                damage("the header was changed: its authentication code does not fit")
            case .preamble(let fault):
                damage("the parameters are malformed: \(Self.text(fault))")
            case .truncated(let place):
                damage(
                    "truncated: it ends in \(Self.text(place))",
                    "the copy or the program that wrote it was cut short; fetch it again")
            case .frame(_, at: .trailer):
                damage("it does not end in its trailer: cut, lengthened or damaged")
            case .frame(let fault, at: let place):
                damage("\(Self.text(fault)) at \(Self.text(place))")
            case .notAuthentic(at: let place):
                damage("\(Self.text(place)) is not authentic: damaged or forged")
            case .zstd(at: let place): damage("\(Self.text(place)) does not decompress")
            case .index: damage("the index does not fit the data")
            case .trailing:
                damage(
                    "there is something after the end",
                    "two containers joined, or bytes appended: split them first")
            case .armor: damage("the text form is malformed")
            case .limit(let limit): Self.limit(limit, name: name, file: file)
            case .contextMismatch:
                damage(
                    "the context is not the one that was required",
                    "see the container's with 'coffer inspect'; no key was asked")
            case .recipientNotAccepted:
                damage(
                    "no recipient is of the type that --require-recipient names",
                    "see its recipients with 'coffer inspect'")
            case .noKey:
                damage("no key here opens it", "name the key with -k; see 'coffer inspect'")
            case .metadata:
                damage(
                    "the stored file name is none that a file may get",
                    "name the output yourself with -o")
            }
    }

    private static func limit(
        _ limit: ContainerError.Limit, name: String, file: FileName?
    ) -> Failure {
        let (message, hint) =
            switch limit {
            case .output(let bytes):
                ("there is more than --max-output \(bytes) bytes", "raise --max-output")
            case .chunkCount:
                ("more chunks than one container holds", "use a larger --chunk-size")
            case .plaintextByteCount:
                ("more bytes than one container holds", "split the input")
            case .passphraseCost:
                (
                    "its passphrase costs more memory than allowed here",
                    "open it with another recipient's key"
                )
            case .headerByteCount:
                ("context and recipients are too much for a header", "use fewer of them")
            }
        return Failure(.limit, "\(name): \(message)", file: file, hints: [hint])
    }

    private static func text(_ place: ContainerError.Place) -> String {
        switch place {
        case .header: "the header"
        case .preamble: "the parameters"
        case .metadata: "the metadata"
        case .index: "the index"
        case .trailer: "the trailer"
        case .armor: "the text form"
        case .chunk(let index): "chunk \(index)"
        }
    }

    private static func text(_ feature: ContainerError.Feature) -> String {
        switch feature {
        case .suite(let number): "cipher suite \(number)"
        case .headerField(let tag): "header field \(tag)"
        case .metadataField(let tag): "metadata field \(tag)"
        }
    }

    private static func text(_ fault: ContainerError.HeaderFault) -> String {
        switch fault {
        case .length: "its length is out of bounds"
        case .reservedBytes: "reserved bytes are set"
        case .fieldLength: "a field runs past its end"
        case .fieldOrder: "fields are out of order"
        case .context: "the context is not canonical"
        case .stanza: "a recipient is malformed"
        case .stanzaCount: "it has no recipient or too many"
        }
    }

    private static func text(_ fault: ContainerError.PreambleFault) -> String {
        switch fault {
        case .mark: "their mark is missing"
        case .chunkSize: "the chunk size is out of bounds"
        case .flags: "unknown flags are set"
        case .reservedByte: "a reserved byte is set"
        }
    }

    private static func text(_ fault: ContainerError.FrameFault) -> String {
        switch fault {
        case .kind: "a frame of unknown kind"
        case .order: "a frame out of order"
        case .byteCount: "a frame of impossible length"
        case .chunkByteCount: "a chunk of the wrong length"
        case .padding: "malformed padding"
        case .metadata: "malformed metadata"
        }
    }
}

extension FailureCode {
    init(_ code: ContainerError.Code) {
        self =
            switch code {
            case .magic: .magic
            case .version: .version
            case .unsupported: .unsupported
            case .header: .header
            case .headerMAC: .headerMAC
            case .preamble: .preamble
            case .truncated: .truncated
            case .frame: .frame
            case .auth: .auth
            case .zstd: .zstd
            case .index: .index
            case .trailing: .trailing
            case .armor: .armor
            case .limit: .limit
            case .context: .context
            case .noKey: .noKey
            case .metadata: .metadata
            }
    }
}
