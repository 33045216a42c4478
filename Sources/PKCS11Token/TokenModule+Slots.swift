internal import CPKCS11
internal import Glibc

/// The tokens that a module shows.
extension TokenModule {
    /// What a token says of itself.
    struct TokenInfo: Equatable {
        let slot: CK_SLOT_ID
        let label: String
        let serial: String
        let manufacturer: String
        let model: String
        let flags: CK_FLAGS
        /// Nothing if the token does not say or has no limit.
        let maximumSessionCount: Int?

        func matches(_ uri: TokenURI) -> Bool {
            flags & CKF_TOKEN_INITIALIZED != 0
                && uri.tokenLabel ?? label == label && uri.serial ?? serial == serial
                && uri.manufacturer ?? manufacturer == manufacturer && uri.model ?? model == model
        }
    }

    /// How often a token that did not answer is asked again, and how many microseconds later.
    private static let repeatCount = 5
    private static let repeatInterval: useconds_t = 5000

    /// Those that are there now. A slot whose token cannot be asked is left out.
    func tokens() throws(TokenError) -> [TokenInfo] {
        try inTurn { () throws(TokenError) in try listedTokens() }
    }

    private func listedTokens() throws(TokenError) -> [TokenInfo] {
        let getTokenInfo = unsafe try Self.required(
            functions.pointee.C_GetTokenInfo, "C_GetTokenInfo")
        var tokens: [TokenInfo] = []
        for slot in try slots() {
            var info = CK_TOKEN_INFO()
            var code = unsafe getTokenInfo(slot, &info)
            for _ in 0..<Self.repeatCount where TokenError.isPassing(code) {
                usleep(Self.repeatInterval)
                code = unsafe getTokenInfo(slot, &info)
            }
            guard code == CKR_OK else { continue }
            let limit = info.ulMaxSessionCount
            let hasLimit = limit != CK_EFFECTIVELY_INFINITE && limit < UInt(Int32.max)
            tokens.append(
                TokenInfo(
                    slot: slot, label: TokenURI.text(of: &info.label) ?? "",
                    serial: TokenURI.text(of: &info.serialNumber) ?? "",
                    manufacturer: TokenURI.text(of: &info.manufacturerID) ?? "",
                    model: TokenURI.text(of: &info.model) ?? "", flags: info.flags,
                    maximumSessionCount: hasLimit ? Int(limit) : nil))
        }
        return tokens
    }

    /// Asked again as long as tokens come between the two calls.
    private func slots() throws(TokenError) -> [CK_SLOT_ID] {
        let getSlotList = unsafe try Self.required(
            functions.pointee.C_GetSlotList, "C_GetSlotList")
        while true {
            var count: CK_ULONG = 0
            try Self.check(unsafe getSlotList(1, nil, &count), "C_GetSlotList")
            var slots = [CK_SLOT_ID](repeating: 0, count: Int(count))
            let code = unsafe getSlotList(1, &slots, &count)
            if code == CKR_BUFFER_TOO_SMALL { continue }
            try Self.check(code, "C_GetSlotList")
            return Array(slots.prefix(Int(count)))
        }
    }

    /// The numbers of the mechanisms that a slot offers.
    func mechanisms(of slot: CK_SLOT_ID) throws(TokenError) -> Set<CK_MECHANISM_TYPE> {
        let getMechanismList = unsafe try Self.required(
            functions.pointee.C_GetMechanismList, "C_GetMechanismList")
        var count: CK_ULONG = 0
        try Self.check(unsafe getMechanismList(slot, nil, &count), "C_GetMechanismList")
        var mechanisms = [CK_MECHANISM_TYPE](repeating: 0, count: Int(count))
        try Self.check(unsafe getMechanismList(slot, &mechanisms, &count), "C_GetMechanismList")
        return Set(mechanisms.prefix(Int(count)))
    }
}
