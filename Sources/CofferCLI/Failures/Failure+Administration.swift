import FileIO
import KMSService
import KeyProviders

extension Failure {
    /// `key` is what the person named.
    init(_ error: KeyAdministrationError, key: String?) {
        switch error {
        case .refused(let refusal): self.init(refusal, key: key)
        case .embedded(let error): self.init(error, key: key)
        case .agent(let error): self.init(error, key: key)
        case .badAnswer:
            self.init(
                .unreachable, "what the key service answered is no answer of the AWS KMS API",
                hints: ["check the URL of the key service"])
        case .withoutAlias(let arn, let reason):
            let failure = Failure(reason, key: key)
            self.init(
                failure.code, failure.message,
                hints: [
                    "the key was made without its alias: \(Escaped.text(arn))",
                    "name it: coffer key alias \(key.map { Escaped.argument($0) } ?? "alias/NAME") "
                        + Escaped.text(arn),
                ], isRetryable: failure.isRetryable)
        }
    }
}
