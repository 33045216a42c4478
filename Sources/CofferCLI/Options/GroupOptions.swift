import ArgumentParser
import CofferConfiguration
import FileIO
import KeyProviders

/// Recipients that are several keys, of which some are enough.
struct GroupOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Any K of the keys that follow open it together: --group officers:2 KEY KEY KEY. "
                + "Without keys, those of the key set NAME.",
            valueName: "name:k key"))
    var group: [String] = []

    func references(_ surroundings: Surroundings) throws -> [KeyReference] {
        try Self.references(group, surroundings)
    }

    /// `NAME:K` and its keys, or alone the NAME of a group that is a key set.
    static func references(
        _ arguments: [String], _ surroundings: Surroundings
    ) throws -> [KeyReference] {
        var groups: [(head: Head, keys: [KeyReference])] = []
        for argument in arguments {
            if let needed = surroundings.settings.neededKeys[argument] {
                groups.append((Head(name: argument, needed: needed), []))
            } else if let head = Head(argument) {
                groups.append((head, []))
            } else if groups.isEmpty {
                throw Failure.usage(
                    "'\(Escaped.argument(argument))' is no group",
                    "write --group NAME:K KEY KEY…, such as --group officers:2 keyfile:a keyfile:b")
            } else {
                let position = groups.count - 1
                groups[position].keys.append(
                    try member(argument, of: groups[position].head.name))
            }
        }
        return try groups.map { head, keys in
            let members = keys.isEmpty ? try surroundings.keySet(head.name).ungrouped : keys
            return .group(try KeyGroup(name: head.name, needed: head.needed, members: members))
        }
    }

    private static func member(_ argument: String, of group: String) throws -> KeyReference {
        do throws(KeyReferenceError) {
            return try KeyReference(argument: argument)
        } catch .unknownScheme {
            throw Failure.usage(
                "'\(Escaped.argument(argument))' names no key of the group "
                    + "'\(Escaped.argument(group))'",
                "FILEs stand before --group, or behind the next option or --")
        }
    }

    /// `NAME:K`. No kind of key is a name, so no key looks like one.
    struct Head {
        let name: String
        let needed: Int

        init(name: String, needed: Int) {
            self.name = name
            self.needed = needed
        }

        private static let schemes = [
            "keyfile", "passphrase", "recovery", "aws-kms", "vault", "pkcs11", "plugin", "arn",
        ]

        init?(_ argument: String) {
            let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("/"),
                !Self.schemes.contains(String(parts[0])), !parts[1].isEmpty,
                parts[1].utf8.allSatisfy({
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }), let needed = Int(parts[1])
            else { return nil }
            name = String(parts[0])
            self.needed = needed
        }
    }
}
