package import KMSDomain
package import KMSModel

/// Rotation: on demand, by schedule, and what has been rotated when.
extension KMSService {
    package func rotateKeyOnDemand(
        _ request: RotateKeyOnDemandRequest, caller: Caller
    ) throws(KMSServiceError) -> RotateKeyOnDemandResponse {
        let event = event(
            .rotateKeyOnDemand, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try change(event) { store, event in
            var (key, arn) = try key(
                request.keyID, for: .rotateKeyOnDemand, in: store, event: &event
            ) { () throws(KMSError) in try Validation.keyID(request.keyID) }
            try refusing(arn) { () throws(KeyRefusal) in try key.requireOnDemandRotation() }
            let version = try newVersion(of: key, cause: .onDemandRotation, now: event.time)
            try refusing(arn) { () throws(KeyRefusal) in try key.rotateOnDemand(to: version.id) }
            try store.insert(version)
            try store.update(key)
            event.response = [AuditField("keyId", .text(arn))]
            event.additional = [
                AuditField("currentKeyMaterialId", .text(key.materialID(of: version.id)))
            ]
            return RotateKeyOnDemandResponse(keyID: arn)
        }
    }

    package func enableKeyRotation(
        _ request: EnableKeyRotationRequest, caller: Caller
    ) throws(KMSServiceError) {
        let period = request.rotationPeriodInDays ?? KMSLimits.defaultRotationPeriodInDays
        let event = event(
            .enableKeyRotation, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("rotationPeriodInDays", .number(period)),
            ])
        try change(event) { store, event in
            var access = AccessFacts()
            access[.rotationPeriodInDays] = "\(period)"
            var (key, arn) = try key(
                request.keyID, for: .enableKeyRotation, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.value(
                    period, of: "rotationPeriodInDays", in: KMSLimits.rotationPeriodInDays)
            }
            try refusing(arn) { () throws(KeyRefusal) in
                try key.enableRotation(periodInDays: period, now: event.time)
            }
            try store.update(key)
        }
    }

    package func disableKeyRotation(
        _ request: DisableKeyRotationRequest, caller: Caller
    ) throws(KMSServiceError) {
        try changeState(request.keyID, .disableKeyRotation, caller) { key throws(KeyRefusal) in
            try key.disableRotation()
        }
    }

    package func getKeyRotationStatus(
        _ request: GetKeyRotationStatusRequest, caller: Caller
    ) throws(KMSServiceError) -> GetKeyRotationStatusResponse {
        let event = event(
            .getKeyRotationStatus, by: caller,
            parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            try store.read { store in
                let (key, arn) = try key(
                    request.keyID, for: .getKeyRotationStatus, in: store, event: &event
                ) { () throws(KMSError) in try Validation.keyID(request.keyID) }
                try refusing(arn) { () throws(KeyRefusal) in try key.requireRotatable() }
                // A key that waits for its end does not rotate; cancelling brings the schedule back.
                if case .pendingDeletion = key.status {
                    return GetKeyRotationStatusResponse(keyID: arn, keyRotationEnabled: false)
                }
                return GetKeyRotationStatusResponse(
                    keyID: arn, keyRotationEnabled: key.rotation != nil,
                    rotationPeriodInDays: key.rotation?.periodInDays,
                    nextRotationDate: key.rotation?.nextDate.secondsSince1970)
            }
        }
    }

    package func listKeyRotations(
        _ request: ListKeyRotationsRequest, caller: Caller
    ) throws(KMSServiceError) -> ListKeyRotationsResponse {
        let event = event(
            .listKeyRotations, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            try store.read { store in
                let (key, arn) = try key(
                    request.keyID, for: .listKeyRotations, in: store, event: &event
                ) { () throws(KMSError) in
                    try Validation.keyID(request.keyID)
                    try Validation.limit(request.limit)
                }
                try refusing(arn) { () throws(KeyRefusal) in try key.requireRotatable() }
                var versions = try store.versions(of: key.id)
                if request.includeKeyMaterial == .rotationsOnly {
                    versions.removeAll { $0.cause == .creation }
                }
                return try Self.page(of: versions, of: key, request)
            }
        }
    }

    private static func page(
        of versions: [KeyVersion], of key: Key, _ request: ListKeyRotationsRequest
    ) throws(KMSError) -> ListKeyRotationsResponse {
        var start = 0
        if let marker = request.marker {
            guard let id = VersionID(text: marker),
                let index = versions.firstIndex(where: { $0.id == id })
            else { throw invalidMarker(marker) }
            start = index + 1
        }
        let rest = versions[start...]
        let page = rest.prefix(request.limit ?? KMSLimits.defaultRotationsPerPage)
        let truncated = page.count < rest.count
        return ListKeyRotationsResponse(
            rotations: page.map { version in
                RotationsListEntry(
                    keyID: key.name.text, keyMaterialID: key.materialID(of: version.id),
                    keyMaterialState: version.id == key.currentVersion ? .current : .nonCurrent,
                    rotationDate: version.cause.rotationType == nil
                        ? nil : version.creationDate.secondsSince1970,
                    rotationType: version.cause.rotationType)
            },
            nextMarker: truncated ? page.last?.id.text : nil, truncated: truncated)
    }
}

extension KeyVersion.Cause {
    fileprivate var rotationType: RotationType? {
        switch self {
        case .creation: nil
        case .automaticRotation: .automatic
        case .onDemandRotation: .onDemand
        }
    }
}
