/// A failure on the wire: u8 code, two texts of which each code uses what it has.
extension AgentFailure {
    /// Longer words of a service are cut: nobody reads them, and a frame is bounded.
    private static let textLimit = 4096

    func write(to writer: inout FieldWriter) {
        var texts = ("", "")
        var hasSecond = false
        let code: UInt8
        switch self {
        case .notOpened: code = 1
        case .noSuchKey: code = 2
        case .denied(let text): (code, texts.0) = (3, text)
        case .unreachable(let text): (code, texts.0) = (4, text)
        case .misconfigured(let text): (code, texts.0) = (5, text)
        case .pinNeeded(let token): (code, texts.0) = (6, token)
        case .pinWrong(let token): (code, texts.0) = (7, token)
        case .refused(let name, let message):
            (code, texts, hasSecond) = (8, (name, message ?? ""), message != nil)
        case .unsupported(let text): (code, texts.0) = (9, text)
        case .engineFailure(let text): (code, texts.0) = (10, text)
        }
        writer.integer(code)
        writer.text(Self.cut(texts.0))
        writer.integer(UInt8(hasSecond ? 1 : 0))
        writer.text(Self.cut(texts.1))
    }

    init?(_ reader: inout FieldReader) {
        guard let code = reader.integer(UInt8.self), let first = reader.text(),
            let hasSecond = reader.integer(UInt8.self), let second = reader.text()
        else { return nil }
        switch code {
        case 1: self = .notOpened
        case 2: self = .noSuchKey
        case 3: self = .denied(first)
        case 4: self = .unreachable(first)
        case 5: self = .misconfigured(first)
        case 6: self = .pinNeeded(token: first)
        case 7: self = .pinWrong(token: first)
        case 8: self = .refused(name: first, message: hasSecond == 1 ? second : nil)
        case 9: self = .unsupported(first)
        case 10: self = .engineFailure(first)
        default: return nil
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self)
    }
}
