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
            let version = try versionToRotateTo(of: key, arn: arn, now: event.time, in: store)
            try refusing(arn) { () throws(KeyRefusal) in try key.rotateOnDemand(to: version) }
            try updateWithReplicas(key, in: store)
            event.response = [AuditField("keyId", .text(arn))]
            event.additional = [
                AuditField("currentKeyMaterialId", .text(key.materialID(of: version)))
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
            try updateWithReplicas(key, in: store)
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
                if key.status.isWaitingForDeletion {
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
                    versions.removeAll { $0.cause.rotationType == nil }
                }
                return try page(of: versions, of: key, request, in: store)
            }
        }
    }

    private func page(
        of versions: [KeyVersion], of key: Key, _ request: ListKeyRotationsRequest,
        in store: any KeyStoreReader
    ) throws -> ListKeyRotationsResponse {
        var start = 0
        if let marker = request.marker {
            guard let id = VersionID(text: marker),
                let index = versions.firstIndex(where: { $0.id == id })
            else { throw Self.invalidMarker(marker) }
            start = index + 1
        }
        let rest = versions[start...]
        let page = rest.prefix(request.limit ?? KMSLimits.defaultRotationsPerPage)
        let truncated = page.count < rest.count
        return ListKeyRotationsResponse(
            rotations: try page.map { version in
                var entry = RotationsListEntry(
                    keyID: key.name.text, keyMaterialID: key.materialID(of: version.id),
                    keyMaterialState: try materialState(of: version, of: key, in: store),
                    rotationDate: version.cause.rotationType == nil
                        ? nil : version.creationDate.secondsSince1970,
                    rotationType: version.cause.rotationType)
                version.addImport(to: &entry)
                return entry
            },
            nextMarker: truncated ? page.last?.id.text : nil, truncated: truncated)
    }

    private func materialState(
        of version: KeyVersion, of key: Key, in store: any KeyStoreReader
    ) throws -> KeyMaterialState {
        guard version.cause == .pendingRotation else {
            return version.id == key.currentVersion ? .current : .nonCurrent
        }
        return try isImportedEverywhere(version, of: key, in: store)
            ? .pendingRotation : .pendingMultiRegionImportAndRotation
    }
}

extension KeyVersion.Cause {
    fileprivate var rotationType: RotationType? {
        switch self {
        case .creation, .pendingRotation: nil
        case .automaticRotation: .automatic
        case .onDemandRotation: .onDemand
        }
    }
}
