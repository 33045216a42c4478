internal import Foundation
internal import GRDB
internal import KMSDomain

/// Rows of who may do what, to values and back.

extension PrincipalPattern {
    init(column: String) throws(KeyStoreError) {
        do throws(PolicyError) {
            try self.init(aws: column)
        } catch {
            throw .damaged(detail: "unknown principal")
        }
    }
}

extension Grant {
    init(row: Row) throws {
        guard let id = GrantID(bytes: try row.value("id") as Data) else {
            throw KeyStoreError.damaged(detail: "id length")
        }
        var operations: Set<Grant.Operation> = []
        let names: String = try row.value("operations")
        for name in names.split(separator: " ") {
            operations.insert(try Grant.Operation(column: String(name)))
        }
        let retiring: String? = try row.value("retiring_principal")
        self.init(
            id: id, keyID: try KeyID(column: row.value("key_id")), name: try row.value("name"),
            creationDate: Timestamp(column: try row.value("creation_date")),
            grantee: try PrincipalPattern(column: row.value("grantee")),
            retiringPrincipal: try retiring.map { try PrincipalPattern(column: $0) },
            issuingPrincipal: try row.value("issuing_principal"), operations: operations,
            constraint: GrantConstraint(
                equals: try GrantConstraint.pairs(column: row.value("context_equals")),
                subset: try GrantConstraint.pairs(column: row.value("context_subset"))))
    }

    var columns: StatementValues {
        [
            Data(id.bytes), Data(keyID.bytes), name, creationDate.millisecondsSince1970,
            grantee.text, retiringPrincipal?.text, issuingPrincipal,
            operations.map(\.rawValue).sorted().joined(separator: " "),
            constraint?.equals.map(GrantConstraint.column),
            constraint?.subset.map(GrantConstraint.column), constraint.map { Data($0.anchor) },
        ]
    }
}

extension GrantConstraint {
    /// `(u16 klen, key, u16 vlen, value)*`, big-endian, in the order given.
    fileprivate static func column(_ pairs: [Pair]) -> Data {
        var data = Data()
        for pair in pairs {
            for bytes in [pair.key, pair.value] {
                data.append(UInt8(bytes.count >> 8 & 0xFF))
                data.append(UInt8(bytes.count & 0xFF))
                data.append(contentsOf: bytes)
            }
        }
        return data
    }

    fileprivate static func pairs(column: Data?) throws(KeyStoreError) -> [Pair]? {
        guard let column else { return nil }
        var rest = Array(column)[...]
        func bytes() throws(KeyStoreError) -> [UInt8] {
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                rest.count >= Int(high) << 8 | Int(low)
            else { throw .damaged(detail: "cut constraint") }
            let bytes = rest.prefix(Int(high) << 8 | Int(low))
            rest = rest.dropFirst(bytes.count)
            return Array(bytes)
        }
        var pairs: [Pair] = []
        while !rest.isEmpty { pairs.append(Pair(key: try bytes(), value: try bytes())) }
        return pairs
    }
}

extension Account {
    init(row: Row) throws {
        self.init(
            id: try row.value("id"), name: try row.value("name"),
            creationDate: Timestamp(column: try row.value("creation_date")))
    }
}

extension Identity {
    init(row: Row, tags: [IdentityTag]) throws {
        let kind: Identity.Kind
        switch try row.value("kind") as String {
        case "User": kind = .user
        case "Role":
            guard let trustPolicy = try row.value("trust_policy") as Data?,
                let maximum = try row.value("maximum_session") as Int?
            else { throw KeyStoreError.damaged(detail: "no trust policy") }
            kind = .role(
                trustPolicy: String(decoding: trustPolicy, as: UTF8.self),
                maximumSessionSeconds: maximum)
        default: throw KeyStoreError.damaged(detail: "unknown kind")
        }
        self.init(
            uniqueID: try row.value("unique_id"), accountID: try row.value("account_id"),
            path: try row.value("path"), name: try row.value("name"), kind: kind,
            creationDate: Timestamp(column: try row.value("creation_date")), tags: tags)
    }

    var kindColumns: (kind: String, trustPolicy: Data?, maximumSession: Int?) {
        switch kind {
        case .user: ("User", nil, nil)
        case .role(let trustPolicy, let maximum): ("Role", Data(trustPolicy.utf8), maximum)
        }
    }

    var columns: StatementValues {
        let (kind, trustPolicy, maximumSession) = kindColumns
        return [
            arn, uniqueID, accountID, path, name, kind, trustPolicy, maximumSession,
            creationDate.millisecondsSince1970,
        ]
    }
}

extension IdentityPolicy {
    init(row: Row) throws {
        self.init(
            identityARN: try row.value("identity_arn"), name: try row.value("name"),
            text: String(decoding: try row.value("text") as Data, as: UTF8.self))
    }
}

extension AccessKey {
    init(row: Row) throws {
        self.init(
            id: try row.value("id"), principalARN: try row.value("principal_arn"),
            isActive: try row.value("is_active"),
            creationDate: Timestamp(column: try row.value("creation_date")),
            sealedSecret: Array(try row.value("sealed_secret") as Data))
    }

    /// In the order of the statements, the id last.
    var columns: StatementValues {
        [
            principalARN, isActive, creationDate.millisecondsSince1970, Data(sealedSecret), id,
        ]
    }
}
