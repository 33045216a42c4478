import FileIO
import KMSDomain
import KMSService
import SecretMemory

/// A new access key for whoever is to use it: the one time that its secret is told.
enum AccessKeyText {
    /// Lines for a shell to `eval`, on standard output; or AWS's file of credentials, its owner's alone.
    static func give(
        _ made: borrowing MadeAccessKey, region: String, to file: FilePath?
    ) throws {
        guard let file else {
            return try write(
                made, "export AWS_ACCESS_KEY_ID=\(made.key.id)\nexport AWS_SECRET_ACCESS_KEY=",
                "\nexport \(regionVariables(region))\n", to: .standardOutput())
        }
        let output = try OutputFile(path: file, replacing: false)
        try write(
            made, "[default]\naws_access_key_id = \(made.key.id)\naws_secret_access_key = ",
            "\nregion = \(region)\n", to: output)
        try output.commit(mode: 0o600)
    }

    /// The aws command and Python's SDK read the one, the SDKs for Go and Ruby the other.
    static func regionVariables(_ region: String) -> String {
        "AWS_REGION=\(region) AWS_DEFAULT_REGION=\(region)"
    }

    private static func write(
        _ made: borrowing MadeAccessKey, _ before: String, _ after: String, to output: OutputFile
    ) throws {
        try output.write(Array(before.utf8))
        try made.secret.withBytes { secret in try output.write(secret) }
        try output.write(Array(after.utf8))
    }
}
