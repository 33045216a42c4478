internal import SecretMemory

/// An XML answer of AWS's Query protocol: elements, attributes that say nothing, and text. Nothing
/// else: no document type, so no entity but XML's own five.
struct QueryXML: Sendable {
    private static let depthLimit = 16

    final class Element: Sendable {
        let name: String
        let children: [Element]
        let content: Range<Int>

        init(name: String, children: [Element], content: Range<Int>) {
            self.name = name
            self.children = children
            self.content = content
        }
    }

    private let text: SecretText
    private let element: Element

    var name: String { element.name }

    /// The one child of that name; nothing where there are two.
    subscript(name: String) -> QueryXML? {
        let found = element.children.filter { $0.name == name }
        guard found.count == 1 else { return nil }
        return QueryXML(text: text, element: found[0])
    }

    /// Text without entities, for what is no secret.
    var string: String? {
        guard element.children.isEmpty else { return nil }
        guard !element.content.contains(where: { text[$0] == UInt8(ascii: "&") }) else {
            return nil
        }
        return text.string(text.trimmed(element.content))
    }

    var secret: SecretBytes? {
        guard element.children.isEmpty else { return nil }
        let content = text.trimmed(element.content)
        // Keys and tokens are base64: what needs an entity is none.
        guard !content.isEmpty, !content.contains(where: { text[$0] == UInt8(ascii: "&") }) else {
            return nil
        }
        return text.secret(content)
    }

    /// Nothing if it is no such answer.
    init?(_ text: SecretText) {
        var reader = Reader(text: text)
        guard let element = reader.document() else { return nil }
        self.init(text: text, element: element)
    }

    private init(text: SecretText, element: Element) {
        self.text = text
        self.element = element
    }

    private struct Reader {
        let text: SecretText
        var index = 0

        mutating func document() -> Element? {
            skipBlanks()
            if text.starts(with: "<?xml", at: index) {
                guard skip(past: "?>") else { return nil }
                skipBlanks()
            }
            guard let element = element(depth: 0) else { return nil }
            skipBlanks()
            return index == text.count ? element : nil
        }

        private mutating func element(depth: Int) -> Element? {
            guard depth < QueryXML.depthLimit, take("<"), let name = name() else { return nil }
            while index < text.count, text[index] != UInt8(ascii: ">") {
                if take("/>") {
                    return Element(name: name, children: [], content: index..<index)
                }
                guard attribute() else { return nil }
            }
            guard take(">") else { return nil }
            let start = index
            var children: [Element] = []
            while true {
                while index < text.count, text[index] != UInt8(ascii: "<") { index += 1 }
                if text.starts(with: "</", at: index) { break }
                guard let child = element(depth: depth + 1) else { return nil }
                children.append(child)
            }
            let content = start..<index
            guard take("</"), self.name() == name else { return nil }
            skipBlanks()
            guard take(">") else { return nil }
            return Element(name: name, children: children, content: content)
        }

        private mutating func name() -> String? {
            let start = index
            while index < text.count, Self.isNameByte(text[index]) { index += 1 }
            return start == index ? nil : text.string(start..<index)
        }

        /// A blank and, unless the tag ends there, `name="…"`.
        private mutating func attribute() -> Bool {
            let start = index
            skipBlanks()
            guard index > start, index < text.count else { return false }
            if text[index] == UInt8(ascii: ">") || text[index] == UInt8(ascii: "/") { return true }
            guard name() != nil, take("=") else { return false }
            if take("\"") { return skip(past: "\"") }
            return take("'") && skip(past: "'")
        }

        private mutating func skip(past mark: StaticString) -> Bool {
            while index < text.count {
                if take(mark) { return true }
                index += 1
            }
            return false
        }

        private mutating func take(_ mark: StaticString) -> Bool {
            guard text.starts(with: mark, at: index) else { return false }
            index += mark.utf8CodeUnitCount
            return true
        }

        private mutating func skipBlanks() {
            while index < text.count, SecretText.isSpace(text[index]) { index += 1 }
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }
}
