package import KMSDomain
package import KMSModel

/// TagResource, UntagResource, ListResourceTags and UpdateKeyDescription.
extension KMSService {
    package func tagResource(
        _ request: TagResourceRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .tagResource, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)), Self.parameter(request.tags),
            ])
        try change(event) { store, event in
            var access = AccessFacts()
            access.requestTags = request.tags.map(IdentityTag.init)
            let (key, arn) = try key(
                request.keyID, for: .tagResource, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.tags(request.tags)
            }
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.changeLabels) }
            let kept = try store.tags(of: key.id).without(request.tags.map(\.tagKey))
            let tags = kept + access.requestTags
            guard tags.count <= KMSLimits.tagsPerKey else { throw KMSError.tag("Too many tags") }
            try store.setTags(tags, of: key.id)
        }
    }

    package func untagResource(
        _ request: UntagResourceRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .untagResource, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("tagKeys", .list(request.tagKeys.map { .text($0) })),
            ])
        try change(event) { store, event in
            var access = AccessFacts()
            access.set(request.tagKeys, for: .tagKeys)
            let (key, arn) = try key(
                request.keyID, for: .untagResource, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.tagKeys(request.tagKeys)
            }
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.changeLabels) }
            let tags = try store.tags(of: key.id)
            try store.setTags(tags.without(request.tagKeys), of: key.id)
        }
    }

    package func listResourceTags(
        _ request: ListResourceTagsRequest, caller: Caller
    ) throws(KMSServiceError) -> ListResourceTagsResponse {
        let event = event(
            .listResourceTags, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            try store.read { store in
                let (key, _) = try key(
                    request.keyID, for: .listResourceTags, in: store, event: &event
                ) { () throws(KMSError) in
                    try Validation.keyID(request.keyID)
                    try Validation.limit(request.limit)
                }
                var tags = try store.tags(of: key.id)[...]
                if let marker = request.marker {
                    let start = try Self.tagKey(of: marker)
                    tags = tags.drop { !start.lexicographicallyPrecedes($0.key.utf8) }
                }
                let page = tags.prefix(request.limit ?? KMSLimits.defaultTagsPerPage)
                let isTruncated = page.count < tags.count
                return ListResourceTagsResponse(
                    tags: page.map { Tag(tagKey: $0.key, tagValue: $0.value) },
                    nextMarker: isTruncated
                        ? page.last.map { PublicBase64.encode(Array($0.key.utf8)) } : nil,
                    truncated: isTruncated)
            }
        }
    }

    /// The last tag key of the page before, which may have any character.
    private static func tagKey(of marker: String) throws(KMSError) -> [UInt8] {
        guard let bytes = PublicBase64.decode(marker), !bytes.isEmpty else {
            throw invalidMarker(marker)
        }
        return bytes
    }

    package func updateKeyDescription(
        _ request: UpdateKeyDescriptionRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .updateKeyDescription, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("description", .text(request.description)),
            ])
        try change(event) { store, event in
            var (key, arn) = try key(
                request.keyID, for: .updateKeyDescription, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.text(
                    request.description, of: "description", length: KMSLimits.descriptionLength)
            }
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.changeLabels) }
            key.description = request.description
            try store.update(key)
        }
    }

    static func parameter(_ tags: [Tag]) -> AuditField {
        AuditField(
            "tags",
            .list(
                tags.map { tag in
                    .fields([
                        AuditField("tagKey", .text(tag.tagKey)),
                        AuditField("tagValue", .text(tag.tagValue)),
                    ])
                }))
    }
}

extension IdentityTag {
    init(_ tag: Tag) { self.init(key: tag.tagKey, value: tag.tagValue) }
}

extension [IdentityTag] {
    /// Keys are compared by their bytes, with regard to the case of letters.
    fileprivate func without(_ keys: [String]) -> [IdentityTag] {
        let gone = Set(keys.map { [UInt8]($0.utf8) })
        return filter { !gone.contains([UInt8]($0.key.utf8)) }
    }
}
