internal import KMSDomain

extension PolicySimulation {
    /// For people: the outcome, then each policy with its statements, then the grants.
    ///
    ///     denied: arn:aws:iam::111122223333:user/alice kms:Decrypt arn:aws:kms:…:key/…
    ///     no identity policy allows it
    ///
    ///     key policy
    ///       1 Allow "Enable IAM User Permissions": matches, by the account
    ///     identity policy readers
    ///       1 Allow: Action does not match
    package var text: String {
        var lines = [
            "\(isAllowed ? "allowed" : "denied"): \(principalARN) \(action) \(resource)",
            outcome.words.text,
        ]
        if !policies.isEmpty || !grants.isEmpty { lines.append("") }
        for policy in policies {
            let name = policy.name.map { " " + Self.printable($0) } ?? ""
            lines.append(policy.source.words.text + name)
            for statement in policy.statements {
                let sid = statement.sid.map { " \"\(Self.printable($0))\"" } ?? ""
                lines.append(
                    "  \(statement.index + 1) \(statement.effect.rawValue)\(sid): "
                        + Self.printable(statement.verdict.words.text))
            }
        }
        for grant in grants { lines.append("grant \(grant.id.text): \(grant.verdict.words.text)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What comes from a policy's author reaches no terminal as a control character.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
