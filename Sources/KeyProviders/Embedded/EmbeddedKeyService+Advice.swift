extension EmbeddedKeyService {
    private static let adviceMark = ".offline-advice-given"

    /// Whether the user of this directory has yet to be told what it means that nothing offline
    /// opens his containers. It is remembered as told, in a directory that is made if need be.
    package static func isFirstAdvice(
        in directory: [UInt8]
    ) throws(EmbeddedKeyServiceError) -> Bool {
        try KeystoreDirectory.make(directory)
        let place = try KeystoreDirectory(opening: directory)
        if try place.contains(adviceMark) { return false }
        do throws(EmbeddedKeyServiceError) {
            try place.write(adviceMark) { _ in }
        } catch {
            // Another process was faster, and tells it.
            guard try place.contains(adviceMark) else { throw error }
            return false
        }
        return true
    }
}
