package import KMSModel
package import SecretMemory

/// An object of a body, read member by member. What is `null` counts as absent, and what nobody asks
/// for is ignored, as AWS's clients do.
package struct JSONObject: Sendable {
    /// Owns the text, which an object and those inside it share.
    private let text: SharedSecret
    private let members: [JSONMember]

    /// An empty body and `null` are how services write an object without members.
    ///
    /// - Throws: ``WireError/notJSON(byteOffset:)`` also for what is JSON and no object.
    package init(body: RawSpan) throws(WireError) {
        switch body.isEmpty ? .null : try JSONReader.read(body) {
        case .object(let members): self.members = members
        case .null: members = []
        default: throw .notJSON(byteOffset: 0)
        }
        text = SharedSecret(SecretBytes(copying: body))
    }

    private init(text: SharedSecret, members: [JSONMember]) {
        self.text = text
        self.members = members
    }

    func node(_ name: String) -> JSONNode? {
        switch members.first(where: { $0.name.elementsEqual(name.utf8) })?.value {
        case .null, nil: nil
        case .some(let node): node
        }
    }

    private func string(_ node: JSONNode, _ name: String) throws(WireError) -> [UInt8] {
        guard case .string(let string) = node else { throw .wrongType(member: name) }
        return text.bytes.withBytes { string.unescaped(in: $0) }
    }
}

// What is required.
extension JSONObject {
    package func text(_ name: String) throws(WireError) -> String {
        try required(try optionalText(name), name)
    }

    package func flag(_ name: String) throws(WireError) -> Bool {
        try required(try optionalFlag(name), name)
    }

    package func date(_ name: String) throws(WireError) -> Double {
        try required(try optionalDate(name), name)
    }

    package func integer(_ name: String) throws(WireError) -> Int {
        try required(try optionalInteger(name), name)
    }

    package func word<Word: RawRepresentable<String>>(_ name: String) throws(WireError) -> Word {
        try required(try optionalWord(name), name)
    }

    /// The bytes of a secret that is text.
    package func secretText(_ name: String) throws(WireError) -> SecretBytes {
        guard let node = node(name) else { throw .missing(member: name) }
        guard case .string(let string) = node else { throw .wrongType(member: name) }
        return text.bytes.withBytes { string.unescapedSecret(in: $0) }
    }

    /// Public bytes, base64 on the wire.
    package func blob(_ name: String, _ byteCount: ClosedRange<Int>) throws(WireError) -> [UInt8] {
        let secret = try secret(name, byteCount)
        return secret.withBytes { $0.publicBytes(0..<$0.byteCount) }
    }

    /// Secret bytes, base64 on the wire; from one secret memory to the other.
    package func secret(
        _ name: String, _ byteCount: ClosedRange<Int>
    ) throws(WireError) -> SecretBytes {
        guard let node = node(name) else { throw .missing(member: name) }
        guard case .string(let string) = node else { throw .wrongType(member: name) }
        guard let bytes = decoded(string) else { throw .invalidBase64(member: name) }
        guard byteCount.contains(bytes.byteCount) else {
            throw .wrongLength(member: name, byteCount: bytes.byteCount)
        }
        return bytes
    }

    private func required<Value>(_ value: Value?, _ name: String) throws(WireError) -> Value {
        guard let value else { throw .missing(member: name) }
        return value
    }

    package func shape<Shape: WireShape & ~Copyable>(_ name: String) throws(WireError) -> Shape {
        try Shape(wire: object(name))
    }
}

// What may be absent.
extension JSONObject {
    package func has(_ name: String) -> Bool { node(name) != nil }

    package func optionalText(_ name: String) throws(WireError) -> String? {
        guard let node = node(name) else { return nil }
        return String(decoding: try string(node, name), as: UTF8.self)
    }

    package func optionalFlag(_ name: String) throws(WireError) -> Bool? {
        guard let node = node(name) else { return nil }
        guard case .boolean(let value) = node else { throw .wrongType(member: name) }
        return value
    }

    /// Seconds since 1970, within the years 1 to 9999.
    package func optionalDate(_ name: String) throws(WireError) -> Double? {
        guard let range = try number(name) else { return nil }
        guard let seconds = date(range) else { throw .unknownValue(member: name) }
        return seconds
    }

    package func optionalInteger(_ name: String) throws(WireError) -> Int? {
        guard let range = try number(name) else { return nil }
        guard let value = integer(range) else { throw .unknownValue(member: name) }
        return value
    }

    package func optionalWord<Word: RawRepresentable<String>>(
        _ name: String
    ) throws(WireError) -> Word? {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else { throw .unknownValue(member: name) }
        return word
    }

    package func optionalBlob(
        _ name: String, _ byteCount: ClosedRange<Int>
    ) throws(WireError) -> [UInt8]? {
        node(name) == nil ? nil : try blob(name, byteCount)
    }

    package func optionalSecretText(_ name: String) throws(WireError) -> SecretBytes? {
        node(name) == nil ? nil : try secretText(name)
    }

    package func optionalShape<Shape: WireShape & ~Copyable>(
        _ name: String
    ) throws(WireError) -> Shape? {
        node(name) == nil ? nil : try shape(name)
    }

    /// The objects of a list; none if it is absent.
    package func shapes<Shape: WireShape>(_ name: String) throws(WireError) -> [Shape] {
        var shapes: [Shape] = []
        for node in try elements(name) { shapes.append(try Shape(wire: object(node, name))) }
        return shapes
    }

    /// None if absent.
    package func texts(_ name: String) throws(WireError) -> [String] {
        var texts: [String] = []
        for node in try elements(name) {
            texts.append(String(decoding: try string(node, name), as: UTF8.self))
        }
        return texts
    }

    /// None if absent.
    package func words<Word: RawRepresentable<String>>(
        _ name: String
    ) throws(WireError) -> [Word] {
        var words: [Word] = []
        for text in try texts(name) {
            guard let word = Word(rawValue: text) else { throw .unknownValue(member: name) }
            words.append(word)
        }
        return words
    }

    package func object(_ name: String) throws(WireError) -> JSONObject {
        guard let node = node(name) else { throw .missing(member: name) }
        return try object(node, name)
    }

    /// Empty if absent.
    package func context(_ name: String) throws(WireError) -> EncryptionContext {
        try optionalContext(name) ?? .empty
    }

    package func optionalContext(_ name: String) throws(WireError) -> EncryptionContext? {
        guard let node = node(name) else { return nil }
        let object = try object(node, name)
        var pairs: [(key: [UInt8], value: [UInt8])] = []
        for member in object.members {
            pairs.append((key: member.name, value: try string(member.value, name)))
        }
        do throws(EncryptionContext.Failure) {
            return try EncryptionContext(pairs)
        } catch {
            throw .invalidContext(member: name)
        }
    }

    private func object(_ node: JSONNode, _ name: String) throws(WireError) -> JSONObject {
        guard case .object(let members) = node else { throw .wrongType(member: name) }
        return inner(members)
    }

    private func elements(_ name: String) throws(WireError) -> [JSONNode] {
        guard let node = node(name) else { return [] }
        guard case .array(let elements) = node else { throw .wrongType(member: name) }
        return elements
    }

    private func number(_ name: String) throws(WireError) -> Range<Int>? {
        guard let node = node(name) else { return nil }
        guard case .number(let range) = node else { throw .wrongType(member: name) }
        return range
    }
}

// What a value is, whoever has it.
extension JSONObject {
    /// Seconds since 1970; nothing outside the years 1 to 9999.
    func date(_ range: Range<Int>) -> Double? {
        guard let seconds = digits(range).flatMap({ Double($0) }),
            (-62_135_596_800...253_402_300_799).contains(seconds)
        else { return nil }
        return seconds
    }

    func integer(_ range: Range<Int>) -> Int? { digits(range).flatMap { Int($0) } }

    func text(_ string: JSONString) -> String {
        String(decoding: text.bytes.withBytes { string.unescaped(in: $0) }, as: UTF8.self)
    }

    /// In Unicode scalars, and whether all are of base64's alphabet.
    func secretLength(_ string: JSONString) -> (length: Int, isBase64: Bool) {
        let secret = text.bytes.withBytes { string.unescapedSecret(in: $0) }
        return secret.withBytes { bytes in
            var (length, isBase64) = (0, bytes.byteCount > 0)
            for offset in 0..<bytes.byteCount {
                let byte = bytes.byte(at: offset)
                if byte & 0xC0 != 0x80 { length += 1 }
                if !ASCII.isLetterOrDigit(byte), !"/+=".utf8.contains(byte) { isBase64 = false }
            }
            return (length, isBase64)
        }
    }

    /// How many bytes its base64 stands for; nothing if it is none.
    func blobByteCount(_ string: JSONString) -> Int? { decoded(string)?.byteCount }

    /// What its base64 stands for; nothing if it is none.
    private func decoded(_ string: JSONString) -> SecretBytes? {
        text.bytes.withBytes { text in
            guard string.hasEscapes else { return Base64.decode(text.extracting(string.range)) }
            return string.unescapedSecret(in: text).withBytes { Base64.decode($0) }
        }
    }

    func inner(_ members: [JSONMember]) -> JSONObject { JSONObject(text: text, members: members) }

    /// Of a number; longer ones than any that is meant stay unread.
    private func digits(_ range: Range<Int>) -> String? {
        guard range.count <= 32 else { return nil }
        return String(decoding: text.bytes.withBytes { $0.publicBytes(range) }, as: UTF8.self)
    }
}
