import SecretMemory

/// A QR code (ISO/IEC 18004) of version 4-M: 33 × 33 modules for up to 90 characters of the
/// alphanumeric set, readable with 15 % of it damaged. That is the one size a recovery key needs.
///
/// The code of a secret is one too, so all of it is in secret memory.
struct QRCode: ~Copyable {
    static let size = 33
    static let characterLimit = 90

    /// One byte a module, row by row: 1 is dark.
    private let modules: SecretBytes

    /// Nothing if the text is too long or has other characters than digits, upper case letters and
    /// ` $%*+-./:`.
    init?(_ text: RawSpan) {
        guard let data = QRCodewords.data(text) else { return nil }
        let codewords = QRCodewords.withCorrection(data)
        modules = codewords.withBytes { codewords in
            SecretBytes(byteCount: Self.size * Self.size) { grid in
                for row in 0..<Self.size {
                    for column in 0..<Self.size where Self.fixed(row, column) == true {
                        grid.storeBytes(
                            of: 1, toByteOffset: row * Self.size + column, as: UInt8.self)
                    }
                }
                for (index, place) in Self.dataPlaces.enumerated() {
                    // The seven bits that remain behind the last codeword are zero.
                    let byte =
                        index / 8 < codewords.byteCount
                        ? unsafe codewords.unsafeLoad(fromByteOffset: index / 8, as: UInt8.self) : 0
                    let bit = byte >> UInt8(7 - index % 8) & 1
                    grid.storeBytes(
                        of: bit ^ Self.mask(place.row, place.column),
                        toByteOffset: place.row * Self.size + place.column, as: UInt8.self)
                }
            }
        }
    }

    /// For a terminal, black on white: two rows of modules to a line, four modules of margin.
    var text: SecretBytes {
        let margin = 4
        let range = -margin..<Self.size + margin
        let (start, end) = (Array("\u{1B}[30;107m".utf8), Array("\u{1B}[0m\n".utf8))
        let glyphs = [" ", "▀", "▄", "█"].map { Array($0.utf8) }
        let limit = (range.count + 1) / 2 * (range.count * 3 + start.count + end.count)
        var count = 0
        let text = modules.withBytes { modules in
            SecretBytes(byteCount: limit) { output in
                func isDark(_ row: Int, _ column: Int) -> Int {
                    guard (0..<Self.size).contains(row), (0..<Self.size).contains(column) else {
                        return 0
                    }
                    return Int(
                        unsafe modules.unsafeLoad(
                            fromByteOffset: row * Self.size + column, as: UInt8.self))
                }
                func put(_ bytes: [UInt8]) {
                    for byte in bytes {
                        output.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
                        count += 1
                    }
                }
                for row in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
                    put(start)
                    for column in range {
                        put(glyphs[isDark(row, column) + 2 * isDark(row + 1, column)])
                    }
                    put(end)
                }
            }
        }
        return text.prefix(byteCount: count)
    }

    // Where what goes.

    /// What is the same in every code of this version, level and mask; nil where data goes.
    private static func fixed(_ row: Int, _ column: Int) -> Bool? {
        for (top, left) in [(0, 0), (0, size - 7), (size - 7, 0)] {
            let (down, right) = (row - top, column - left)
            guard (-1...7).contains(down), (-1...7).contains(right) else { continue }
            // A finder: rings around its middle; the light one outside keeps it apart.
            let ring = max(abs(down - 3), abs(right - 3))
            return ring != 2 && ring != 4
        }
        let alignment = max(abs(row - 26), abs(column - 26))
        if alignment <= 2 { return alignment != 1 }
        if row == 6 { return column % 2 == 0 }
        if column == 6 { return row % 2 == 0 }
        return formatBit(row, column)
    }

    /// Level M (00) and mask 0 (000) with their error correction, after the standard's own mask.
    private static let format = 0b101_0100_0001_0010

    /// Both copies of the format, and the one module that is always dark.
    private static func formatBit(_ row: Int, _ column: Int) -> Bool? {
        func bit(_ number: Int) -> Bool { format >> number & 1 == 1 }
        if column == 8 {
            switch row {
            case 0...5: return bit(row)
            case 7, 8: return bit(row - 1)
            case size - 8: return true
            case (size - 7)...: return bit(row - (size - 15))
            default: return nil
            }
        }
        guard row == 8 else { return nil }
        switch column {
        case 0...5: return bit(14 - column)
        case 7: return bit(8)
        case (size - 8)...: return bit(size - 1 - column)
        default: return nil
        }
    }

    /// Pattern 0. What is encoded is random, so no pattern is better than another.
    private static func mask(_ row: Int, _ column: Int) -> UInt8 { (row + column) % 2 == 0 ? 1 : 0 }

    /// The data's modules in their order: pairs of columns from the right, up and down in turn,
    /// leaving out the column of the timing pattern.
    private static let dataPlaces: [(row: Int, column: Int)] = {
        var places: [(row: Int, column: Int)] = []
        var isUpwards = true
        for right in [32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1] {
            for step in 0..<size {
                let row = isUpwards ? size - 1 - step : step
                for column in [right, right - 1] where fixed(row, column) == nil {
                    places.append((row, column))
                }
            }
            isUpwards.toggle()
        }
        return places
    }()
}
