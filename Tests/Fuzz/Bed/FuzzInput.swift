/// What libFuzzer gives, taken from the front: choices first, then bytes.
package struct FuzzInput {
    private var bytes: ArraySlice<UInt8>

    package init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    package mutating func byte() -> UInt8? { bytes.popFirst() }

    /// Up to `count` bytes; fewer at the end.
    package mutating func take(_ count: Int) -> [UInt8] {
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    /// 0 at the end.
    package mutating func number16() -> Int {
        let high = bytes.popFirst() ?? 0
        return Int(high) << 8 | Int(bytes.popFirst() ?? 0)
    }

    package mutating func takeRest() -> [UInt8] { take(bytes.count) }

    package var isEmpty: Bool { bytes.isEmpty }
}
