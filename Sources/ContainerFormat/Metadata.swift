/// What the META frame says about the plaintext: where it came from, and how to restore it.
///
///     (u16 tag ‖ u16 length ‖ value)*     tags strictly ascending
package struct Metadata: Equatable, Sendable {
    package static let largestByteCount = 65536

    /// A base name. Check ``restorableName()`` before a file gets it.
    package var name: [UInt8]?
    /// Nanoseconds since 1970.
    package var modificationTime: Int64?
    package var contentType: [UInt8]?
    /// The plaintext is a pax tar with a member index behind it.
    package var isArchive = false

    package init() {}

    private enum Field: UInt16 {
        case name = 1
        case modificationTime = 2
        case contentType = 3
        case archive = 4
    }

    package init(encoded bytes: [UInt8]) throws(ContainerError) {
        let malformed = ContainerError.frame(.metadata, at: .metadata)
        var reader = ByteReader(bytes[...])
        var lastTag: UInt16?
        while reader.remaining > 0 {
            guard reader.remaining >= 4, let tag = reader.integer(UInt16.self) else {
                throw malformed
            }
            if let lastTag, tag <= lastTag { throw malformed }
            guard let value = reader.takePrefixed() else { throw malformed }
            switch Field(rawValue: tag) {
            case .name:
                guard Self.isText(value) else { throw malformed }
                name = Array(value)
            case .modificationTime:
                var time = ByteReader(value)
                guard value.count == 8, let nanoseconds = time.integer(Int64.self) else {
                    throw malformed
                }
                modificationTime = nanoseconds
            case .contentType:
                guard Self.isText(value) else { throw malformed }
                contentType = Array(value)
            case .archive:
                guard value.count == 1 else { throw malformed }
                guard value.first == 1 else { throw .unsupported(.metadataField(tag: tag)) }
                isArchive = true
            case nil:
                guard tag >= HeaderField.firstIgnorable else {
                    throw .unsupported(.metadataField(tag: tag))
                }
            }
            lastTag = tag
        }
    }

    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        if let name { Self.append(.name, name, to: &bytes) }
        if let modificationTime {
            var value: [UInt8] = []
            value.append(bigEndian: modificationTime)
            Self.append(.modificationTime, value, to: &bytes)
        }
        if let contentType { Self.append(.contentType, contentType, to: &bytes) }
        if isArchive { Self.append(.archive, [1], to: &bytes) }
        return bytes
    }

    /// The name, if a file may have it: nothing that leads elsewhere or draws on a terminal (R36).
    package func restorableName() throws(ContainerError) -> [UInt8] {
        guard let name, (1...255).contains(name.count), name != Array(".".utf8),
            name != Array("..".utf8),
            let text = String(validating: name, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ scalar in
                scalar != "/" && scalar.properties.generalCategory != .control
            })
        else { throw .metadata }
        return name
    }

    private static func isText(_ value: ArraySlice<UInt8>) -> Bool {
        String(validating: value, as: UTF8.self) != nil
    }

    private static func append(_ field: Field, _ value: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(bigEndian: field.rawValue)
        bytes.append(bigEndian: UInt16(value.count))
        bytes += value
    }
}
