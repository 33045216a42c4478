internal import CPKCS11
internal import Glibc
internal import Synchronization

/// A PKCS #11 module in this process. Every call into it blocks the calling thread.
///
/// One for each file, never unloaded, and finalised only where nothing else was of use, by
/// ``beginAgain()``: vendors' libraries seldom survive more.
///
/// `@unchecked Sendable`: the function list is constant, and the module locks itself.
@safe
package final class TokenModule: @unchecked Sendable {
    private static let loaded: Mutex<[String: TokenModule]> = Mutex([:])

    package let path: String
    let functions: UnsafePointer<CK_FUNCTION_LIST>
    /// What the module wants as pReserved, kept for ever.
    private let reserved: UnsafeMutablePointer<CChar>?
    private let state = Mutex(State())

    private struct State {
        /// The process that initialised it; a forked child has to do so again.
        var process: pid_t = 0
        var userCount = 0
    }

    /// The module at `path`, loaded and initialised if this is the first to ask for it.
    ///
    /// - Parameter reserved: a string that some modules want when they are initialised, such as the
    ///   folder of NSS's softokn.
    package static func load(
        path: String, reserved: String? = nil
    ) throws(TokenError) -> TokenModule {
        try loaded.withLock { loaded throws(TokenError) in
            let key = realPath(of: path) ?? path
            if let module = loaded[key] { return module }
            let module = try TokenModule(path: path, reserved: reserved)
            try module.initializeInThisProcess()
            loaded[key] = module
            return module
        }
    }

    /// The modules that may lead to the token of `uri`: the one it names, or else all that are
    /// registered, of which those that do not load are left out.
    package static func load(
        for uri: TokenURI, configuration: ModuleConfiguration = .system
    ) throws(TokenError) -> [TokenModule] {
        if let path = uri.modulePath { return [try load(path: path)] }
        if let name = uri.moduleName {
            guard let registration = configuration.registration(named: name) else {
                throw .moduleNotRegistered(name: name)
            }
            return [try load(path: registration.path, reserved: registration.reserved)]
        }
        var modules: [TokenModule] = []
        var failure = TokenError.moduleNotRegistered(name: nil)
        for registration in configuration.registrations() {
            do throws(TokenError) {
                modules.append(
                    try load(path: registration.path, reserved: registration.reserved))
            } catch { failure = error }
        }
        guard !modules.isEmpty else { throw failure }
        return modules
    }

    private init(path: String, reserved: String?) throws(TokenError) {
        guard let library = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) }
            throw .moduleNotLoaded(path: path, reason: reason ?? "")
        }
        guard let symbol = unsafe dlsym(library, "C_GetFunctionList") else {
            unsafe dlclose(library)
            throw .notAModule(path: path)
        }
        typealias GetFunctionList =
            @convention(c) (UnsafeMutablePointer<UnsafeMutablePointer<CK_FUNCTION_LIST>?>?) -> CK_RV
        let getFunctionList = unsafe unsafeBitCast(symbol, to: GetFunctionList.self)
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        let code = unsafe getFunctionList(&list)
        guard code == CKR_OK, let list = unsafe list else {
            throw TokenError(call: "C_GetFunctionList", code: code)
        }
        self.path = path
        unsafe functions = UnsafePointer(list)
        unsafe self.reserved = reserved.flatMap { unsafe strdup($0) }
    }

    /// Initialises the module if this process has not done so. Somebody else in the process may have
    /// been first, and some modules do not notice a fork: neither is an error.
    func initializeInThisProcess(again: Bool = false) throws(TokenError) {
        try state.withLock { state throws(TokenError) in
            guard again || state.process != getpid() else { return }
            try initialize()
            state.process = getpid()
        }
    }

    /// Each ``Token``, also while it is looked for, until ``removeUser()``.
    func addUser() { state.withLock { $0.userCount += 1 } }

    func removeUser() { state.withLock { $0.userCount -= 1 } }

    /// Finalises the module and initialises it again, so that it looks for tokens anew; false if
    /// somebody else than the caller uses it, whose sessions would end.
    func beginAgain() throws(TokenError) -> Bool {
        try state.withLock { state throws(TokenError) in
            guard state.userCount == 1 else { return false }
            let finalize = unsafe try Self.required(functions.pointee.C_Finalize, "C_Finalize")
            try Self.check(finalize(nil), "C_Finalize")
            try initialize()
            return true
        }
    }

    private func initialize() throws(TokenError) {
        let initialize = unsafe try Self.required(functions.pointee.C_Initialize, "C_Initialize")
        var arguments = unsafe CK_C_INITIALIZE_ARGS()
        unsafe arguments.flags = CKF_OS_LOCKING_OK
        unsafe arguments.pReserved = UnsafeMutableRawPointer(reserved)
        let code = try inTurn { () throws(TokenError) in unsafe initialize(&arguments) }
        guard code == CKR_OK || code == CKR_CRYPTOKI_ALREADY_INITIALIZED else {
            throw .callFailed(call: "C_Initialize", code: code)
        }
    }

    /// A function of the list; modules leave out some.
    static func required<Function>(
        _ function: Function?, _ name: String
    ) throws(TokenError) -> Function {
        guard let function else { throw .callFailed(call: name, code: CKR_FUNCTION_NOT_SUPPORTED) }
        return function
    }

    static func check(_ code: CK_RV, _ call: String) throws(TokenError) {
        guard code == CKR_OK else { throw TokenError(call: call, code: code) }
    }

    private static func realPath(of path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
