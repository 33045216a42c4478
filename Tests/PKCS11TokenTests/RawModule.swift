import Glibc

/// A module that is loaded already, called as another part of the process would.
@safe
struct RawModule {
    private let library: UnsafeMutableRawPointer

    init(_ path: String) throws {
        guard let library = unsafe dlopen(path, RTLD_NOW | RTLD_NOLOAD) else {
            throw Missing(name: path)
        }
        unsafe self.library = library
    }

    struct Missing: Error { let name: String }

    /// The first slot with a token of this label.
    func closeAllSessions(ofToken label: String) throws {
        typealias List =
            @convention(c) (
                UInt8, UnsafeMutablePointer<UInt>?, UnsafeMutablePointer<UInt>
            ) -> UInt
        typealias Info = @convention(c) (UInt, UnsafeMutableRawPointer) -> UInt
        typealias Close = @convention(c) (UInt) -> UInt
        let list = unsafe unsafeBitCast(try symbol("C_GetSlotList"), to: List.self)
        let info = unsafe unsafeBitCast(try symbol("C_GetTokenInfo"), to: Info.self)
        let close = unsafe unsafeBitCast(try symbol("C_CloseAllSessions"), to: Close.self)
        var count: UInt = 64
        var slots = [UInt](repeating: 0, count: 64)
        guard unsafe list(1, &slots, &count) == 0 else { throw Missing(name: label) }
        for slot in slots.prefix(Int(count)) {
            // CK_TOKEN_INFO has 208 bytes and begins with the label.
            var bytes = [UInt8](repeating: 0, count: 256)
            guard unsafe info(slot, &bytes) == 0 else { continue }
            let found = String(decoding: bytes.prefix(32), as: UTF8.self)
            if found.hasPrefix(label + " ") {
                guard close(slot) == 0 else { throw Missing(name: label) }
                return
            }
        }
        throw Missing(name: label)
    }

    private func symbol(_ name: String) throws -> UnsafeMutableRawPointer {
        guard let symbol = unsafe dlsym(library, name) else { throw Missing(name: name) }
        return unsafe symbol
    }
}
