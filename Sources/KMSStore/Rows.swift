internal import Foundation
internal import GRDB
internal import KMSDomain

/// Rows to values and back. A value that no version of ours wrote is a damaged store.

extension Row {
    /// The value of a column. GRDB's subscript would stop the program at a value of another type,
    /// which a damaged file can hold.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        try decode(Value.self, forColumn: column)
    }
}

extension RandomID {
    init(column: Data) throws(KeyStoreError) {
        guard let id = RandomID(bytes: column) else { throw .damaged(detail: "id length") }
        self = id
    }
}

extension Timestamp {
    init(column: Int64) { self.init(millisecondsSince1970: column) }
}

extension RawRepresentable where RawValue == String {
    init(column: String) throws(KeyStoreError) {
        guard let value = Self(rawValue: column) else { throw .damaged(detail: "unknown word") }
        self = value
    }
}

extension Key {
    init(row: Row) throws {
        let status: Key.Status
        let window: Int? = try row.value("deletion_window")
        switch try row.value("state") as String {
        case "Enabled": status = .enabled
        case "Disabled": status = .disabled
        case "PendingDeletion":
            guard let date = try row.value("state_end_date") as Int64?, let window else {
                throw KeyStoreError.damaged(detail: "no deletion date")
            }
            status = .pendingDeletion(date: Timestamp(column: date), windowInDays: window)
        case "PendingReplicaDeletion":
            guard let window else { throw KeyStoreError.damaged(detail: "no deletion window") }
            status = .pendingReplicaDeletion(windowInDays: window)
        case "Creating": status = .creating
        case "Updating": status = .updating
        default: throw KeyStoreError.damaged(detail: "unknown state")
        }
        var rotation: RotationSchedule?
        if let period = try row.value("rotation_period") as Int?,
            let next = try row.value("next_rotation_date") as Int64?
        {
            rotation = RotationSchedule(periodInDays: period, nextDate: Timestamp(column: next))
        }
        let type: String? = try row.value("multi_region_type")
        let key = Key(
            id: try KeyID(column: row.value("id")),
            name: KeyName(
                try KeyID(column: row.value("name_id")), isMultiRegion: type != nil),
            home: try Realm(row: row), spec: try Key.Spec(column: row.value("spec")),
            usage: try Key.Usage(column: row.value("usage")),
            description: String(decoding: try row.value("description") as Data, as: UTF8.self),
            creationDate: Timestamp(column: try row.value("creation_date")), status: status,
            currentVersion: try VersionID(column: row.value("current_version")), rotation: rotation,
            onDemandRotationCount: try row.value("on_demand_rotations"),
            manager: try Key.Manager(column: row.value("manager")),
            multiRegionType: try type.map { type throws(KeyStoreError) in
                try Key.MultiRegionType(column: type)
            })
        self = key.with(try MaterialSource(row: row))
    }

    /// Those that never change.
    var fixedColumns: StatementValues {
        [
            Data(id.bytes), home.accountID, home.region, Data(name.id.bytes), spec.rawValue,
            usage.rawValue, creationDate.millisecondsSince1970,
        ]
    }

    var changingColumns: StatementValues {
        let (state, deletion, window): (String, Int64?, Int?) =
            switch status {
            case .enabled: ("Enabled", nil, nil)
            case .disabled: ("Disabled", nil, nil)
            case .pendingDeletion(let date, let windowInDays):
                ("PendingDeletion", date.millisecondsSince1970, windowInDays)
            case .pendingReplicaDeletion(let windowInDays):
                ("PendingReplicaDeletion", nil, windowInDays)
            case .creating: ("Creating", nextDueDate?.millisecondsSince1970, nil)
            case .updating: ("Updating", nextDueDate?.millisecondsSince1970, nil)
            }
        return [
            multiRegionType?.rawValue, Data(description.utf8), state, deletion, window,
            Data(currentVersion.bytes), rotation?.periodInDays,
            rotation?.nextDate.millisecondsSince1970, onDemandRotationCount, manager.rawValue,
        ]
    }
}

extension Realm {
    init(row: Row) throws {
        self.init(accountID: try row.value("account_id"), region: try row.value("region"))
    }
}

extension KeyVersion {
    init(row: Row) throws {
        let sealed: Data = try row.value("sealed_material")
        self.init(
            id: try VersionID(column: row.value("id")),
            keyID: try KeyID(column: row.value("name_id")),
            creationDate: Timestamp(column: try row.value("creation_date")),
            cause: try KeyVersion.Cause(column: row.value("cause")), sealedMaterial: Array(sealed),
            importation: try KeyVersion.Importation(row: row))
    }
}

extension Alias {
    init(row: Row) throws {
        self.init(
            name: try row.value("name"), home: try Realm(row: row),
            keyID: try KeyID(column: row.value("key_id")),
            creationDate: Timestamp(column: try row.value("creation_date")),
            lastUpdateDate: Timestamp(column: try row.value("last_update_date")))
    }

    var columns: StatementValues {
        [
            Data(keyID.bytes), creationDate.millisecondsSince1970,
            lastUpdateDate.millisecondsSince1970, name, home.accountID, home.region,
        ]
    }
}

extension LastUse {
    init(row: Row) throws {
        self.init(
            operation: try row.value("operation"), time: Timestamp(column: try row.value("date")),
            eventID: try RandomID(column: row.value("event_id")),
            requestID: try RandomID(column: row.value("request_id")))
    }
}
