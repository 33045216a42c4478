package import KMSModel
package import SecretMemory

/// An object of a body, read member by member. What is `null` counts as absent, and what nobody asks
/// for is ignored, as AWS's clients do.
package struct JSONObject: Sendable {
    /// Owns the text. A class, since an object and those inside it share it.
    private final class Text: Sendable {
        let bytes: SecretBytes
        init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
    }

    private let text: Text
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
        text = Text(SecretBytes(copying: body))
    }

    private init(text: Text, members: [JSONMember]) {
        self.text = text
        self.members = members
    }

    private func node(_ name: String) -> JSONNode? {
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
        let encoded = try secretText(name)
        guard let bytes = encoded.withBytes({ Base64.decode($0) }) else {
            throw .invalidBase64(member: name)
        }
        guard byteCount.contains(bytes.byteCount) else {
            throw .wrongLength(member: name, byteCount: bytes.byteCount)
        }
        return bytes
    }

    private func required<Value>(_ value: Value?, _ name: String) throws(WireError) -> Value {
        guard let value else { throw .missing(member: name) }
        return value
    }
}

// What may be absent.
extension JSONObject {
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
        guard let number = try number(name) else { return nil }
        guard let seconds = Double(number),
            (-62_135_596_800...253_402_300_799).contains(seconds)
        else { throw .unknownValue(member: name) }
        return seconds
    }

    package func optionalInteger(_ name: String) throws(WireError) -> Int? {
        guard let number = try number(name) else { return nil }
        guard let value = Int(number) else { throw .unknownValue(member: name) }
        return value
    }

    package func optionalWord<Word: RawRepresentable<String>>(
        _ name: String
    ) throws(WireError) -> Word? {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else { throw .unknownValue(member: name) }
        return word
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

    /// The objects of a list, which may be absent.
    package func objects(_ name: String) throws(WireError) -> [JSONObject] {
        var objects: [JSONObject] = []
        for node in try elements(name) { objects.append(try object(node, name)) }
        return objects
    }

    /// Empty if absent.
    package func context(_ name: String) throws(WireError) -> EncryptionContext {
        guard let node = node(name) else { return .empty }
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
        return JSONObject(text: text, members: members)
    }

    private func elements(_ name: String) throws(WireError) -> [JSONNode] {
        guard let node = node(name) else { return [] }
        guard case .array(let elements) = node else { throw .wrongType(member: name) }
        return elements
    }

    /// The digits of a number; longer ones than any that is meant are refused unread.
    private func number(_ name: String) throws(WireError) -> String? {
        guard let node = node(name) else { return nil }
        guard case .number(let range) = node else { throw .wrongType(member: name) }
        guard range.count <= 32 else { throw .unknownValue(member: name) }
        return String(
            decoding: text.bytes.withBytes { $0.publicBytes(range) }, as: UTF8.self)
    }
}
