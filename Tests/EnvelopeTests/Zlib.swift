import Foundation

/// Unpacks the few vectors that are stored as a zlib stream. The library is on every Linux machine
/// (dpkg needs it) and no business of the product, so it is found at run time.
enum Zlib {
    private typealias Uncompress =
        @convention(c) (
            UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt>, UnsafePointer<UInt8>, UInt
        ) -> Int32

    struct Failure: Error { let code: Int32 }

    static func decompress(_ packed: [UInt8]) throws -> [UInt8] {
        guard let library = unsafe dlopen("libz.so.1", RTLD_NOW),
            let symbol = unsafe dlsym(library, "uncompress")
        else { throw Failure(code: 0) }
        let uncompress = unsafe unsafeBitCast(symbol, to: Uncompress.self)
        var room = max(1 << 20, 4 * packed.count)
        while true {
            var result = [UInt8](repeating: 0, count: room)
            var count = UInt(room)
            let code = unsafe uncompress(&result, &count, packed, UInt(packed.count))
            if code == 0 { return Array(result.prefix(Int(count))) }
            // Z_BUF_ERROR: the room was too small.
            guard code == -5, room < 1 << 28 else { throw Failure(code: code) }
            room *= 4
        }
    }
}
