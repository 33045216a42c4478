package import KMSModel
package import SecretMemory

/// Writes the members of a body. Secrets among them are put in their places when the body has its
/// final memory.
package struct JSONWriter {
    private var text: [UInt8] = []
    /// As they stand in the body, and at which offset of the text; ascending.
    private var secrets: [(offset: Int, secret: SharedSecret)] = []
    /// No comma before the first member of an object.
    private var isFirst = true

    private init() {
        // Of nearly every answer.
        text.reserveCapacity(960)
    }

    /// An object with the members that `write` writes. It may hold a secret, so it is secret as a
    /// whole.
    package static func object(_ write: (inout JSONWriter) -> Void) -> SecretBytes {
        var json = JSONWriter()
        json.object(write)
        return json.body
    }

    private var body: SecretBytes {
        let byteCount = secrets.reduce(text.count) { $0 + $1.secret.bytes.byteCount }
        return SecretBytes(byteCount: byteCount) { body in
            var count = 0
            var secrets = secrets[...]
            for index in 0...text.count {
                while let next = secrets.first, next.offset == index {
                    next.secret.bytes.withBytes { bytes in
                        for offset in 0..<bytes.byteCount {
                            body.storeBytes(
                                of: bytes.byte(at: offset), toByteOffset: count, as: UInt8.self)
                            count += 1
                        }
                    }
                    secrets.removeFirst()
                }
                guard index < text.count else { return }
                body.storeBytes(of: text[index], toByteOffset: count, as: UInt8.self)
                count += 1
            }
        }
    }

    package mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name.utf8)
        string(value.utf8)
    }

    package mutating func member(_ name: String, _ value: (some RawRepresentable<String>)?) {
        member(name, value?.rawValue)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        key(name.utf8)
        raw(value ? "true" : "false")
    }

    package mutating func member(_ name: String, _ value: Int?) {
        guard let value else { return }
        key(name.utf8)
        raw(String(value))
    }

    /// Seconds since 1970, with a fraction if there is one.
    package mutating func member(_ name: String, date value: Double?) {
        guard let value else { return }
        precondition(value.isFinite, "JSON: a date that is no number")
        key(name.utf8)
        raw(Int64(exactly: value).map { String($0) } ?? String(value))
    }

    /// Public bytes, as base64.
    package mutating func member(_ name: String, blob value: [UInt8]?) {
        guard let value else { return }
        key(name.utf8)
        raw("\"")
        unsafe Base64.encode(value.span.bytes) { text.append($0) }
        raw("\"")
    }

    /// Secret bytes, as base64.
    package mutating func member(_ name: String, secret value: borrowing SecretBytes) {
        quoted(name, Base64.encode(value))
    }

    /// A secret that is text.
    package mutating func member(_ name: String, secretText value: borrowing SecretBytes) {
        quoted(name, value.withBytes(JSONString.escaped))
    }

    package mutating func member(_ name: String, optionalSecretText value: borrowing SecretBytes?) {
        switch value {
        case .some(let value): member(name, secretText: value)
        case nil: break
        }
    }

    /// Not written if it is empty.
    package mutating func member(_ name: String, _ context: EncryptionContext) {
        member(name, context: context.isEmpty ? nil : context)
    }

    package mutating func member(_ name: String, context: EncryptionContext?) {
        guard let context else { return }
        key(name.utf8)
        object { json in
            for pair in context.pairs {
                json.key(pair.key)
                json.string(pair.value)
            }
        }
    }

    package mutating func member(_ name: String, _ words: [some RawRepresentable<String>]) {
        list(name, words) { json, word in json.string(word.rawValue.utf8) }
    }

    package mutating func member(_ name: String, _ texts: [String]) {
        list(name, texts) { json, text in json.string(text.utf8) }
    }

    package mutating func member<Shape: WireShape & ~Copyable>(
        _ name: String, shape: borrowing Shape?
    ) {
        switch shape {
        case .some(let shape):
            key(name.utf8)
            object { shape.write(to: &$0) }
        case nil: break
        }
    }

    package mutating func member(_ name: String, shapes: [some WireShape]) {
        list(name, shapes) { json, shape in json.object { shape.write(to: &$0) } }
    }

    private mutating func list<Entry>(
        _ name: String, _ entries: [Entry], _ write: (inout JSONWriter, Entry) -> Void
    ) {
        key(name.utf8)
        raw("[")
        for (index, entry) in entries.enumerated() {
            if index > 0 { raw(",") }
            write(&self, entry)
        }
        raw("]")
    }

    private mutating func object(_ write: (inout JSONWriter) -> Void) {
        raw("{")
        isFirst = true
        write(&self)
        raw("}")
        isFirst = false
    }

    private mutating func quoted(_ name: String, _ value: consuming SecretBytes) {
        key(name.utf8)
        raw("\"")
        secrets.append((offset: text.count, secret: SharedSecret(value)))
        raw("\"")
    }

    private mutating func key(_ name: some Collection<UInt8>) {
        if !isFirst { raw(",") }
        isFirst = false
        string(name)
        raw(":")
    }

    /// UTF-8, quoted and escaped (RFC 8259, section 7).
    private mutating func string(_ value: some Collection<UInt8>) {
        raw("\"")
        if value.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        {
            text.append(contentsOf: value)
        } else {
            for byte in value { JSONString.forEachEscapedByte(byte) { text.append($0) } }
        }
        raw("\"")
    }

    private mutating func raw(_ value: String) { text.append(contentsOf: value.utf8) }
}
