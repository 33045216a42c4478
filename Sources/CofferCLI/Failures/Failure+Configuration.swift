import CofferConfiguration
import FileIO

extension Failure {
    init(_ error: ConfigurationError) {
        switch error {
        case .unreadable(let reason):
            let failure = Failure(reason)
            self.init(.config, failure.message, file: failure.file, hints: failure.hints)
        case .wrong(let path, let problems):
            let texts = problems.map { problem in
                "\(path.displayText):\(problem.position.line):\(problem.position.column): "
                    + Self.text(problem.kind)
            }
            self.init(
                .config,
                problems.count == 1
                    ? texts[0] : "'\(path.displayText)' has \(problems.count) problems",
                file: .path(path),
                hints: (problems.count == 1 ? [] : texts) + ["check it: coffer config check"])
        case .relativeStateDirectory(let variable, let path):
            self.init(
                .config,
                "there is no place for keys: \(variable) is '\(path.displayText)', "
                    + "which depends on where coffer is started",
                hints: ["set \(variable) to an absolute path"])
        case .noStateDirectory:
            self.init(
                .config, "there is no place for keys: HOME and COFFER_HOME are not set",
                hints: ["set COFFER_HOME to a directory, or name a key with -k keyfile:PATH"])
        }
    }

    private static func text(_ kind: ConfigurationProblem.Kind) -> String {
        switch kind {
        case .syntax(let reason): text(reason)
        case .unknownKey(let key, let section, let nearest):
            "unknown key '\(Escaped.text(key))'"
                + (section.isEmpty ? "" : " in '\(Escaped.text(section))'")
                + suggestion(nearest)
        case .wrongType(let key, let expected):
            "'\(Escaped.text(key))' has to be \(text(expected))"
        case .badValue(let key, let value, let allowed):
            "'\(Escaped.text(key))' cannot be '\(Escaped.text(value))': \(text(allowed))"
        case .missingKey(let key, let section):
            "'\(Escaped.text(section))' has no '\(Escaped.text(key))'"
        case .emptyKeySet(let name): "key set '\(Escaped.argument(name))' has no keys"
        case .unknownKeySet(let name, let nearest):
            "there is no key set '\(Escaped.argument(name))'" + suggestion(nearest)
        }
    }

    private static func suggestion(_ nearest: String?) -> String {
        nearest.map { "; did you mean '\(Escaped.text($0))'?" } ?? ""
    }

    private static func text(_ expected: ConfigurationProblem.Expected) -> String {
        switch expected {
        case .object: "an object"
        case .string: "a string"
        case .listOfStrings: "a list of strings"
        case .integer: "a whole number"
        case .integerOrString: "a whole number or a string"
        case .flag: "true or false"
        }
    }

    private static func text(_ allowed: ConfigurationProblem.Allowed) -> String {
        switch allowed {
        case .keyService: "use \"embedded\", \"aws-kms:\" or an https URL"
        case .url: "use an https URL"
        case .nonEmpty: "it must not be empty"
        case .pluginName: "the name of a plug-in is of a to z, 0 to 9 and -"
        case .absolutePath: "use a path that begins with /"
        case .compression: "use \"auto\", \"none\" or 1 to 19"
        case .threads: WorkOptions.rule
        case .chunkSize: "use a power of two from 4KiB to 16MiB"
        case .neededKeys: "use a number of keys, such as 2"
        case .offlineAdvice: "use \"once\" or \"never\""
        case .address: "use HOST:PORT, such as 127.0.0.1:8443"
        case .positive: "use a whole number above 0"
        case .auditFileSize: "use 128K to 1T, such as 256M"
        case .connections: "use 1 to \(DaemonSettings.connectionCounts.upperBound)"
        case .logLevel:
            "use " + DaemonSettings.LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
        case .clusterID: "use \"cluster-\" and 11 to 16 of 2 to 7, a to z and A to Z"
        case .tokenURI: "use a pkcs11: URI"
        case .proxyEndpoint: "use https:// and a host without a port, as the API names it"
        case .proxyTimeout: "use 1 to \(KeyProxySettings.timeouts.upperBound) milliseconds"
        case .padding: "use \"none\", \"padme\" or a size"
        }
    }

    private static func text(_ reason: JSONSyntaxError.Reason) -> String {
        switch reason {
        case .notUTF8: "not UTF-8"
        case .unexpected(let scalar): "unexpected '\(Escaped.text(String(scalar)))'"
        case .unexpectedEnd: "the file ends too early"
        case .unfinishedString: "a string without its end"
        case .unfinishedComment: "a comment without its end"
        case .badEscape: "an escape that JSON does not have"
        case .badNumber: "a number that JSON does not have"
        case .duplicateKey(let key): "key '\(Escaped.text(key))' is there twice"
        case .tooDeep: "nested too deeply"
        case .trailing: "something stands after the end"
        }
    }
}
