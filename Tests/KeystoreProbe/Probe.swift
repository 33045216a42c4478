import AgentTestSupport
import Glibc
import KMSDomain
import KMSModel
import KMSService
import KeyProviders
import SecretMemory

/// Does one thing with a keystore in a process that a test can run beside another, or kill.
///
/// - `create DIR`: makes a keystore.
/// - `open-or-create DIR`: what the first of two commands does; prints `made` or `opened`.
/// - `work DIR N`: N times: a data key, an alias made and moved, the data key opened.
/// - `release DIR`: makes the keystore that Tests/Keystores keeps of a released version; prints two
///   blobs that it has to open for ever, one of them older than a rotation.
/// - `move-root DIR KIND`: moves the keystore to a root in its file, or to that of a token in this
///   process, which is called `NAME/token` or `NAME/isolated`.
/// - `stress DIR FILE`: keys, aliases and rotations without end, each told by a line of FILE once it
///   is done.
/// - `due DIR SECONDS`: uses the keystore at that time, in seconds since 1970.
/// - `rate DIR N`: N data keys; prints how many a second, by the clock and by CPU time.
/// - `seed DIR N M ARN`: N keys with M grants each, the first of them for the user ARN; prints the ids.
@main
struct Probe {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { exit(64) }
        let directory = Array(arguments[2].utf8)
        let count = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 0
        switch arguments[1] {
        case "create": try EmbeddedKeyService.create(in: directory, rootPassphrase: nil).close()
        case "open-or-create": try openOrCreate(directory)
        case "work": try work(directory, count)
        case "release": try release(directory)
        case "move-root": try moveRoot(directory, arguments[3])
        case "stress": try stress(directory, arguments[3])
        case "due": try due(directory, count)
        case "rate": try rate(directory, count)
        case "seed":
            guard arguments.count == 6, let grants = Int(arguments[4]) else { exit(64) }
            try Seed.run(arguments[2], keys: count, grantsPerKey: grants, user: arguments[5])
        default: exit(64)
        }
    }

    private static func openOrCreate(_ directory: [UInt8]) throws {
        do throws(EmbeddedKeyServiceError) {
            try EmbeddedKeyService.create(in: directory, rootPassphrase: nil).close()
            print("made")
        } catch .alreadyExists {
            try EmbeddedKeyService.open(in: directory).close()
            print("opened")
        }
    }

    private static func work(_ directory: [UInt8], _ count: Int) throws {
        let keys = try EmbeddedKeyService.open(in: directory, token: ServedToken.source)
        let (service, caller) = (keys.service, keys.caller)
        for round in 0..<count {
            let name = "alias/\(getpid())-\(round)"
            let dataKey = try service.generateDataKey(
                GenerateDataKeyRequest(keyID: "alias/default", keySpec: .aes256), caller: caller)
            let key = try service.createKey(CreateKeyRequest(), caller: caller).keyMetadata
            try service.createAlias(
                CreateAliasRequest(aliasName: name, targetKeyID: key.keyID), caller: caller)
            try service.updateAlias(
                UpdateAliasRequest(aliasName: name, targetKeyID: dataKey.keyID), caller: caller)
            try service.deleteAlias(DeleteAliasRequest(aliasName: name), caller: caller)
            _ = try service.decrypt(
                DecryptRequest(
                    ciphertextBlob: dataKey.ciphertextBlob, keyID: dataKey.keyID), caller: caller)
        }
        try keys.close()
    }

    /// Writes `ALIAS KEY BLOB` of what has been made, and nothing of what may not have been.
    private static func stress(_ directory: [UInt8], _ file: String) throws {
        let acknowledged = unsafe open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let keys = try EmbeddedKeyService.open(in: directory)
        let (service, caller) = (keys.service, keys.caller)
        for round in 0... {
            let name = "alias/\(getpid())-\(round)"
            let key = try service.createKey(
                CreateKeyRequest(), aliasName: name, caller: caller
            ).keyMetadata
            if round % 3 == 0 {
                _ = try service.rotateKeyOnDemand(
                    RotateKeyOnDemandRequest(keyID: key.keyID), caller: caller)
            }
            let blob = try service.generateDataKey(
                GenerateDataKeyRequest(keyID: name, keySpec: .aes256), caller: caller
            ).ciphertextBlob
            let text = blob.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            let line = Array("\(name) \(key.keyID) \(text)\n".utf8)
            guard unsafe write(acknowledged, line, line.count) == line.count else { exit(74) }
        }
    }

    private static func due(_ directory: [UInt8], _ seconds: Int) throws {
        let clock = FixedClock(
            time: Timestamp(millisecondsSince1970: Int64(seconds) * 1000))
        let keys = try EmbeddedKeyService.open(in: directory, clock: clock)
        _ = try keys.service.listKeys(ListKeysRequest(), caller: keys.caller)
        try keys.close()
    }

    private struct FixedClock: WallClock {
        let time: Timestamp

        func now() -> Timestamp { time }
    }

    private static func moveRoot(_ directory: [UInt8], _ kind: String) throws {
        let keys = try EmbeddedKeyService.open(in: directory, token: ServedToken.source)
        if kind == "file" {
            try keys.moveRoot(to: .file)
        } else {
            try keys.moveRoot(to: ServedToken.root(kind))
        }
        try keys.close()
        print("moved")
    }

    private static func release(_ directory: [UInt8]) throws {
        let keys = try EmbeddedKeyService.create(in: directory, rootPassphrase: nil)
        let (service, caller) = (keys.service, keys.caller)
        let key = try service.describeKey(
            DescribeKeyRequest(keyID: "alias/default"), caller: caller
        ).keyMetadata.arn
        let context = try EncryptionContext(strings: ["purpose": "for ever"])
        let text = Array("sealed by a released version".utf8)
        for round in 0..<2 {
            let request = unsafe EncryptRequest(
                keyID: key, plaintext: SecretBytes(copying: text.span.bytes),
                encryptionContext: context)
            let blob = try service.encrypt(request, caller: caller).ciphertextBlob
            print(blob.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
            if round == 0 {
                _ = try service.rotateKeyOnDemand(
                    RotateKeyOnDemandRequest(keyID: key), caller: caller)
            }
        }
        try keys.close()
    }

    private static func rate(_ directory: [UInt8], _ count: Int) throws {
        let keys = try EmbeddedKeyService.open(in: directory)
        let context = try EncryptionContext(strings: [
            "coffer:bind": String(repeating: "0", count: 64)
        ])
        let request = GenerateDataKeyRequest(
            keyID: "alias/default", encryptionContext: context, keySpec: .aes256)
        let (wall, cpu) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
        for _ in 0..<count { _ = try keys.service.generateDataKey(request, caller: keys.caller) }
        try keys.close()
        let byClock = Double(count) / (seconds(CLOCK_MONOTONIC) - wall)
        let byCPU = Double(count) / (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu)
        print("GenerateDataKey: \(Int(byClock)) / s, \(Int(byCPU)) / CPU second")
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        guard unsafe clock_gettime(clock, &time) == 0 else { exit(70) }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
