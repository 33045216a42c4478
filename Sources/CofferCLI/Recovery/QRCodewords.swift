import SecretMemory

/// The 100 codewords of a QR code of version 4-M: 64 of data, then 36 of Reed-Solomon's, both in two
/// blocks that are dealt out by turns.
enum QRCodewords {
    static let blockCount = 2
    private static let dataCount = 64
    private static let blockDataCount = 32
    private static let blockCorrectionCount = 18
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8)

    /// Mode, length, pairs of characters in 11 bits, an odd one in 6, and padding.
    static func data(_ text: RawSpan) -> SecretBytes? {
        guard text.byteCount <= QRCode.characterLimit else { return nil }
        var isPossible = true
        let data = SecretBytes(byteCount: dataCount) { output in
            var bitCount = 0
            func put(_ value: Int, bits: Int) {
                for shift in stride(from: bits - 1, through: 0, by: -1) {
                    let offset = bitCount / 8
                    let byte = unsafe output.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                    output.storeBytes(
                        of: byte | UInt8(value >> shift & 1) << UInt8(7 - bitCount % 8),
                        toByteOffset: offset, as: UInt8.self)
                    bitCount += 1
                }
            }
            func value(_ offset: Int) -> Int {
                let character = unsafe text.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                guard let value = alphabet.firstIndex(of: character) else {
                    isPossible = false
                    return 0
                }
                return value
            }
            put(0b0010, bits: 4)
            put(text.byteCount, bits: 9)
            for offset in stride(from: 0, to: text.byteCount - 1, by: 2) {
                put(value(offset) * 45 + value(offset + 1), bits: 11)
            }
            if text.byteCount % 2 == 1 { put(value(text.byteCount - 1), bits: 6) }
            // The terminator is up to four zero bits; then zeros to the next whole byte.
            let end = (min(bitCount + 4, 8 * dataCount) + 7) / 8
            for (index, offset) in (end..<dataCount).enumerated() {
                output.storeBytes(
                    of: index % 2 == 0 ? 0xEC : 0x11, toByteOffset: offset, as: UInt8.self)
            }
        }
        guard isPossible else { return nil }
        return data
    }

    static func withCorrection(_ data: borrowing SecretBytes) -> SecretBytes {
        data.withBytes { data in
            SecretBytes(byteCount: dataCount + blockCount * blockCorrectionCount) { output in
                for block in 0..<blockCount {
                    func byte(_ index: Int) -> UInt8 {
                        unsafe data.unsafeLoad(
                            fromByteOffset: block * blockDataCount + index, as: UInt8.self)
                    }
                    for index in 0..<blockDataCount {
                        output.storeBytes(
                            of: byte(index), toByteOffset: index * blockCount + block,
                            as: UInt8.self)
                    }
                    let remainder = remainder(byte)
                    remainder.withBytes { remainder in
                        for index in 0..<blockCorrectionCount {
                            output.storeBytes(
                                of: unsafe remainder.unsafeLoad(
                                    fromByteOffset: index, as: UInt8.self),
                                toByteOffset: dataCount + index * blockCount + block,
                                as: UInt8.self)
                        }
                    }
                }
            }
        }
    }

    /// What is left of a block's data · x¹⁸ after division by the generator.
    private static func remainder(_ data: (Int) -> UInt8) -> SecretBytes {
        SecretBytes(byteCount: blockCorrectionCount) { rest in
            func at(_ index: Int) -> UInt8 {
                unsafe rest.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            }
            for index in 0..<blockDataCount {
                let factor = data(index) ^ at(0)
                for position in 0..<blockCorrectionCount {
                    let next = position + 1 < blockCorrectionCount ? at(position + 1) : 0
                    rest.storeBytes(
                        of: next ^ multiply(generator[position], factor), toByteOffset: position,
                        as: UInt8.self)
                }
            }
        }
    }

    /// (x − 1)(x − 2)…(x − 2¹⁷) without its leading 1, from the highest power down.
    private static let generator: [UInt8] = {
        var polynomial = [UInt8](repeating: 0, count: blockCorrectionCount)
        polynomial[blockCorrectionCount - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<blockCorrectionCount {
            for position in 0..<blockCorrectionCount {
                polynomial[position] = multiply(polynomial[position], root)
                if position + 1 < blockCorrectionCount {
                    polynomial[position] ^= polynomial[position + 1]
                }
            }
            root = multiply(root, 2)
        }
        return polynomial
    }()

    /// In GF(2⁸) with x⁸ + x⁴ + x³ + x² + 1.
    private static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (left, product) = (left, UInt8(0))
        for bit in 0..<UInt8(8) {
            product ^= left & (0 &- (right >> bit & 1))
            left = left << 1 ^ (0x1D & (0 &- (left >> 7)))
        }
        return product
    }
}
