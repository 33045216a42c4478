internal import KMSDomain

extension PolicySimulation {
    /// For programs: one object on one line.
    ///
    ///     {"principal":…,"action":…,"resource":…,"allowed":false,"reason":"noIdentityPolicy",
    ///      "policies":[{"type":"resourcePolicy","statements":[{"index":1,"sid":…,"effect":"Allow",
    ///      "verdict":"matched","match":"account"}]}],"grants":[{"grantId":…,"verdict":…}]}
    package var json: String {
        Self.object([
            ("principal", Self.string(principalARN)), ("action", Self.string(action)),
            ("resource", Self.string(resource)), ("allowed", isAllowed ? "true" : "false"),
            ("reason", Self.string(outcome.words.word)),
            ("policies", Self.list(policies.map(json))),
            ("grants", Self.list(grants.map(json))),
        ])
    }

    private func json(_ policy: ExaminedPolicy) -> String {
        Self.object([
            ("type", Self.string(policy.source.words.word)), ("name", policy.name.map(Self.string)),
            ("statements", Self.list(policy.statements.map(json))),
        ])
    }

    private func json(_ finding: StatementFinding) -> String {
        var members: [(String, String?)] = [
            ("index", "\(finding.index + 1)"), ("sid", finding.sid.map(Self.string)),
            ("effect", Self.string(finding.effect.rawValue)),
            ("verdict", Self.string(finding.verdict.words.word)),
        ]
        switch finding.verdict {
        case .applies(let match): members.append(("match", Self.string(Self.word(match))))
        case .conditionNotMet(let conditionOperator, let key):
            members.append(("operator", Self.string(conditionOperator)))
            members.append(("key", Self.string(key)))
        case .variableWithoutValue(let name): members.append(("variable", Self.string(name)))
        case .otherPrincipal, .otherAction, .otherResource: break
        }
        return Self.object(members)
    }

    private func json(_ finding: GrantFinding) -> String {
        var members: [(String, String?)] = [
            ("grantId", Self.string(finding.id.text)),
            ("verdict", Self.string(finding.verdict.words.word)),
        ]
        if case .allows(let match) = finding.verdict {
            members.append(("match", Self.string(Self.word(match))))
        }
        return Self.object(members)
    }

    private static func word(_ match: PrincipalPattern.Match) -> String {
        switch match {
        case .account: "account"
        case .principal: "principal"
        case .session: "session"
        }
    }

    private static func object(_ members: [(String, String?)]) -> String {
        let texts = members.compactMap { member in
            member.1.map { string(member.0) + ":" + $0 }
        }
        return "{" + texts.joined(separator: ",") + "}"
    }

    private static func list(_ texts: [String]) -> String {
        "[" + texts.joined(separator: ",") + "]"
    }

    /// RFC 8259, section 7.
    private static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
