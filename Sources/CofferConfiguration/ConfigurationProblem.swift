/// One thing that is wrong with a configuration file, and where.
package struct ConfigurationProblem: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case syntax(JSONSyntaxError.Reason)
        /// `section` is the key of the object that holds it, empty at the top.
        case unknownKey(String, section: String, nearest: String?)
        case wrongType(key: String, expected: Expected)
        /// The type is right, and the value is none of those that it may have.
        case badValue(key: String, value: String, allowed: Allowed)
        case missingKey(String, section: String)
        case emptyKeySet(String)
        /// `defaults` names a key set that `key-sets` does not have.
        case unknownKeySet(String, nearest: String?)
    }

    package enum Expected: Equatable, Sendable {
        case object, string, listOfStrings, integer, integerOrString, flag
    }

    package enum Allowed: Equatable, Sendable {
        /// `embedded`, `aws-kms:` or a URL.
        case keyService
        case url
        case nonEmpty
        /// `[a-z0-9-]{1,32}`, with no hyphen at its beginning.
        case pluginName
        case absolutePath
        /// `auto`, `none` or 1 to 19.
        case compression
        /// One of ``Defaults/threadCounts``.
        case threads
        /// A power of two from 4 KiB to 16 MiB.
        case chunkSize
        /// `none`, `padme` or a size.
        case padding
        /// A number of keys.
        case neededKeys
        /// `once` or `never`.
        case offlineAdvice
        /// `HOST:PORT`.
        case address
        case positive
        /// One of ``DaemonSettings/connectionCounts``.
        case connections
        /// One of ``DaemonSettings/LogLevel``.
        case logLevel
        /// One of ``DaemonSettings/auditFileByteCounts``.
        case auditFileSize
        /// `cluster-` and 11 to 16 of `2-7a-zA-Z`, as the API has it.
        case clusterID
        /// `pkcs11:…`
        case tokenURI
        /// `https://` and a host, without a port, as the API has it.
        case proxyEndpoint
        /// One of ``KeyProxySettings/timeouts``.
        case proxyTimeout
    }

    package let position: TextPosition
    package let kind: Kind
}
