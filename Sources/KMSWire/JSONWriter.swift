package import KMSModel
package import SecretMemory

/// Writes the members of a body, which may hold one secret: that one is put in its place when the
/// body has its final memory.
package struct JSONWriter: ~Copyable {
    private var text: [UInt8] = []
    /// Base64, and where it belongs in the text.
    private var secret: SecretBytes?
    private var secretOffset = 0
    /// No comma before the first member of an object.
    private var isFirst = true

    private init() {}

    /// An object with the members that `write` writes. It may hold a secret, so it is secret as a
    /// whole.
    package static func object(_ write: (inout JSONWriter) -> Void) -> SecretBytes {
        var json = JSONWriter()
        json.object(write)
        return json.finish()
    }

    /// The body, in memory of its own.
    private consuming func finish() -> SecretBytes {
        let text = text
        let offset = secretOffset
        let secret = secret.take() ?? SecretBytes(byteCount: 0) { _ in }
        return secret.withBytes { secret in
            SecretBytes(byteCount: text.count + secret.byteCount) { body in
                for index in 0..<text.count {
                    body.storeBytes(
                        of: text[index],
                        toByteOffset: index < offset ? index : index + secret.byteCount,
                        as: UInt8.self)
                }
                for index in 0..<secret.byteCount {
                    body.storeBytes(
                        of: secret.byte(at: index), toByteOffset: offset + index, as: UInt8.self)
                }
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
    package mutating func member(_ name: String, blob value: [UInt8]) {
        key(name.utf8)
        raw("\"")
        unsafe Base64.encode(value.span.bytes) { text.append($0) }
        raw("\"")
    }

    /// Secret bytes, as base64; one in a body.
    package mutating func member(_ name: String, secret value: borrowing SecretBytes) {
        quoted(name, Base64.encode(value))
    }

    /// A secret that is printable text without quotation marks and backslashes; one in a body.
    package mutating func member(_ name: String, secretText value: borrowing SecretBytes) {
        quoted(name, value.duplicate())
    }

    /// Not written if it is empty.
    package mutating func member(_ name: String, _ context: EncryptionContext) {
        guard !context.isEmpty else { return }
        member(name) { json in
            for pair in context.pairs {
                json.key(pair.key)
                json.string(pair.value)
            }
        }
    }

    package mutating func member(_ name: String, _ words: [some RawRepresentable<String>]) {
        list(name, words) { json, word in json.string(word.rawValue.utf8) }
    }

    package mutating func member(_ name: String, object write: (inout JSONWriter) -> Void) {
        key(name.utf8)
        object(write)
    }

    package mutating func member<Entry>(
        _ name: String, objects entries: [Entry], _ write: (inout JSONWriter, Entry) -> Void
    ) {
        list(name, entries) { json, entry in json.object { write(&$0, entry) } }
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
        precondition(secret == nil, "JSON: two secrets in a body")
        key(name.utf8)
        raw("\"")
        secretOffset = text.count
        secret = consume value
        raw("\"")
    }

    private mutating func key(_ name: some Sequence<UInt8>) {
        if !isFirst { raw(",") }
        isFirst = false
        string(name)
        raw(":")
    }

    /// UTF-8, quoted and escaped (RFC 8259, section 7).
    private mutating func string(_ value: some Sequence<UInt8>) {
        raw("\"")
        for byte in value {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                raw("\\")
                text.append(byte)
            case 0..<0x20:
                raw("\\u00")
                text += ASCII.hexadecimal([byte])
            default: text.append(byte)
            }
        }
        raw("\"")
    }

    private mutating func raw(_ value: String) { text.append(contentsOf: value.utf8) }
}
