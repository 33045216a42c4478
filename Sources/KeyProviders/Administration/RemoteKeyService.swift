package import KMSModel
internal import KMSWire
package import KeyAgent
internal import SecretMemory

/// A key service of the AWS KMS API that the agent reaches, or one that the agent makes speak it.
///
/// Each operation is one `call` of the agent, with the JSON of the API (KMSWire).
package final class RemoteKeyService: KeyAdministration {
    /// Of a list: a service that never comes to an end of its pages is not followed for ever.
    private static let pageLimit = 1000

    private let reference: AgentReference
    private let access: AgentAccess

    /// `reference` names the service by scheme and settings, and in part by what its URI says: the
    /// region of an ARN, the mount of Transit.
    package init(_ reference: AgentReference, access: AgentAccess) {
        self.reference = reference
        self.access = access
    }

    package func keys() throws(KeyAdministrationError) -> [ListedKey] {
        var entries: [KeyListEntry] = []
        try pages { (marker) throws(KeyAdministrationError) in
            let page = try ask(ListKeysRequest(marker: marker), for: ListKeysResponse.self)
            entries += page.keys
            return page.truncated ? page.nextMarker : nil
        }
        var keys: [ListedKey] = []
        for entry in entries {
            keys.append(
                ListedKey(
                    keyID: entry.keyID, arn: entry.keyARN, metadata: try metadata(of: entry)))
        }
        return keys
    }

    /// A key whose policy keeps this caller out is in the list all the same.
    private func metadata(
        of entry: KeyListEntry
    ) throws(KeyAdministrationError) -> KeyMetadata? {
        do throws(KeyAdministrationError) {
            return try describe(entry.keyID)
        } catch {
            switch error {
            case .refused, .badAnswer: return nil
            case .agent, .embedded, .withoutAlias: throw error
            }
        }
    }

    package func aliases() throws(KeyAdministrationError) -> [String: [String]] {
        var aliases: [String: [String]] = [:]
        try pages { (marker) throws(KeyAdministrationError) in
            let page = try ask(ListAliasesRequest(marker: marker), for: ListAliasesResponse.self)
            aliases.add(page.aliases)
            return page.truncated ? page.nextMarker : nil
        }
        return aliases
    }

    package func describe(_ name: String) throws(KeyAdministrationError) -> KeyMetadata {
        try ask(DescribeKeyRequest(keyID: name), for: DescribeKeyResponse.self).keyMetadata
    }

    package func create(
        description: String, alias: String?
    ) throws(KeyAdministrationError) -> KeyMetadata {
        // The API has no call for both: a name that is taken is found out before a key is made.
        if let alias, try isTaken(alias) {
            throw .refused(.alreadyExists("An alias with the name \(alias) already exists"))
        }
        let made = try ask(
            CreateKeyRequest(description: description), for: CreateKeyResponse.self
        ).keyMetadata
        guard let alias else { return made }
        do throws(KeyAdministrationError) {
            try createAlias(alias, for: made.keyID)
        } catch { throw .withoutAlias(arn: made.arn, error) }
        return made
    }

    private func isTaken(_ alias: String) throws(KeyAdministrationError) -> Bool {
        do throws(KeyAdministrationError) {
            _ = try describe(alias)
            return true
        } catch .refused(.notFound) { return false }
    }

    package func rotationStatus(
        of keyID: String
    ) throws(KeyAdministrationError) -> GetKeyRotationStatusResponse {
        try ask(
            GetKeyRotationStatusRequest(keyID: keyID), for: GetKeyRotationStatusResponse.self)
    }

    package func materials(
        of keyID: String
    ) throws(KeyAdministrationError) -> [RotationsListEntry] {
        var entries: [RotationsListEntry] = []
        try pages { (marker) throws(KeyAdministrationError) in
            let page = try ask(
                ListKeyRotationsRequest(
                    keyID: keyID, includeKeyMaterial: .allKeyMaterial, marker: marker),
                for: ListKeyRotationsResponse.self)
            entries += page.rotations
            return page.truncated ? page.nextMarker : nil
        }
        return entries
    }

    package func rotate(_ keyID: String) throws(KeyAdministrationError) {
        try tell(RotateKeyOnDemandRequest(keyID: keyID))
    }

    package func enable(_ keyID: String) throws(KeyAdministrationError) {
        try tell(EnableKeyRequest(keyID: keyID))
    }

    package func disable(_ keyID: String) throws(KeyAdministrationError) {
        try tell(DisableKeyRequest(keyID: keyID))
    }

    package func scheduleDeletion(
        _ keyID: String, days: Int
    ) throws(KeyAdministrationError) {
        try tell(ScheduleKeyDeletionRequest(keyID: keyID, pendingWindowInDays: days))
    }

    package func cancelDeletion(_ keyID: String) throws(KeyAdministrationError) {
        try tell(CancelKeyDeletionRequest(keyID: keyID))
    }

    package func createAlias(
        _ alias: String, for keyID: String
    ) throws(KeyAdministrationError) {
        try tell(CreateAliasRequest(aliasName: alias, targetKeyID: keyID))
    }

    package func updateAlias(
        _ alias: String, for keyID: String
    ) throws(KeyAdministrationError) {
        try tell(UpdateAliasRequest(aliasName: alias, targetKeyID: keyID))
    }

    package func deleteAlias(_ alias: String) throws(KeyAdministrationError) {
        try tell(DeleteAliasRequest(aliasName: alias))
    }

    /// - Parameter page: asks for what is behind a marker, and returns the next one.
    private func pages(
        _ page: (String?) throws(KeyAdministrationError) -> String?
    ) throws(KeyAdministrationError) {
        var marker: String?
        for _ in 0..<Self.pageLimit {
            let next = try page(marker)
            guard next != nil else { return }
            marker = next
        }
        throw .badAnswer
    }

    /// What the answer says is of no interest beside that it came.
    private func tell<Request: WireRequest>(
        _ request: Request
    ) throws(KeyAdministrationError) { _ = try ask(request, for: EmptyResponse.self) }

    private func ask<Request: WireRequest, Response: WireShape>(
        _ request: Request, for response: Response.Type
    ) throws(KeyAdministrationError) -> Response {
        // None of these requests holds a secret, and none of their answers.
        let body = AWSJSON.encode(request).withBytes { bytes in
            unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        }
        let answer: [UInt8]
        do throws(AgentClientError) {
            answer = try access.client().call(
                Request.operation.rawValue, body: body, to: reference)
        } catch {
            guard case .failed(.refused(let name, let message)) = error,
                let refusal = ErrorAnswer(exceptionName: name, message: message).kmsError
            else { throw .agent(error) }
            throw .refused(refusal)
        }
        do throws(WireError) {
            return unsafe try AWSJSON.decode(response, from: answer.span.bytes)
        } catch { throw .badAnswer }
    }
}
