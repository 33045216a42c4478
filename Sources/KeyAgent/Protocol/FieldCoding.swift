internal import ContainerFormat

/// Fields of a frame, in order: integers in network order, byte strings behind a u32 length.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    mutating func integer<T: FixedWidthInteger>(_ value: T) { bytes.append(bigEndian: value) }

    mutating func data(_ value: [UInt8]) {
        integer(UInt32(value.count))
        bytes += value
    }

    mutating func text(_ value: String) { data(Array(value.utf8)) }

    mutating func texts(_ values: [String: String]) {
        integer(UInt16(values.count))
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            text(key)
            text(value)
        }
    }

    mutating func binding(_ binding: WrapBinding) {
        data(binding.binder)
        data(binding.context.encoded)
    }

    mutating func reference(_ reference: AgentReference) {
        text(reference.uri)
        texts(
            Dictionary(
                uniqueKeysWithValues: reference.settings.values.map { ($0.key.rawValue, $0.value) })
        )
        texts(reference.settings.environment)
        let (seconds, attoseconds) = reference.settings.timeout.components
        integer(UInt32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }

    mutating func row(_ row: MaterialRow) {
        data(row.key)
        data(row.version)
        data(row.purpose)
    }
}

/// Reads what ``FieldWriter`` writes. Everything says nothing (`nil`) where the bytes do not fit.
struct FieldReader {
    private var reader: ByteReader

    init(_ bytes: [UInt8]) { reader = ByteReader(bytes[...]) }

    var isAtEnd: Bool { reader.remaining == 0 }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T? {
        reader.integer(type)
    }

    mutating func data() -> [UInt8]? {
        guard let count = reader.integer(UInt32.self), count <= reader.remaining else {
            return nil
        }
        return reader.take(Int(count)).map(Array.init)
    }

    mutating func text() -> String? {
        data().flatMap { String(validating: $0, as: UTF8.self) }
    }

    mutating func texts() -> [String: String]? {
        guard let count = integer(UInt16.self) else { return nil }
        var values: [String: String] = [:]
        for _ in 0..<count {
            guard let key = text(), let value = text(), values[key] == nil else { return nil }
            values[key] = value
        }
        return values
    }

    mutating func binding() -> WrapBinding? {
        guard let binder = data(), binder.count == 32, let encoded = data() else { return nil }
        if encoded.isEmpty { return WrapBinding(binder: binder, context: .empty) }
        return ContainerContext(encoded: encoded[...]).map {
            WrapBinding(binder: binder, context: $0)
        }
    }

    /// A setting that this version does not know is refused: it might have to be obeyed.
    mutating func reference() -> AgentReference? {
        guard let uri = text(), let named = texts(), let environment = texts(),
            let milliseconds = integer(UInt32.self),
            environment.keys.allSatisfy(AgentSettings.publicVariables.contains)
        else { return nil }
        var values: [AgentSettings.Name: String] = [:]
        for (key, value) in named {
            guard let name = AgentSettings.Name(rawValue: key) else { return nil }
            values[name] = value
        }
        return AgentReference(
            uri: uri,
            settings: AgentSettings(
                values, environment: environment, timeout: .milliseconds(milliseconds)))
    }

    mutating func row() -> MaterialRow? {
        guard let key = data(), let version = data(), let purpose = data() else { return nil }
        return MaterialRow(key: key, version: version, purpose: purpose)
    }
}
