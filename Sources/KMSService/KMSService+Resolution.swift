internal import KMSDomain
internal import KMSModel

/// From what a request names to a key, and whether the caller may act on it.
extension KMSService {
    /// How a refusal names what was to be used, if not by its ARN.
    enum Naming {
        /// Where that is of another account, as the caller wrote it: of what an alias there leads to,
        /// and whether there is one, nobody learns.
        case written(String)
        /// A ciphertext led to it, and the caller is not told where.
        case ciphertext
    }

    /// Throws AccessDenied unless the authorizer allows the operation.
    ///
    /// - Parameters:
    ///   - resource: the ARN found, or what the caller wrote: who may not use a key does not learn
    ///     whether it exists.
    ///   - access: what policies may ask of the request.
    ///   - key: whose ARN `resource` is, where that is known.
    ///   - transaction: the one this call is in, if any.
    func authorize(
        _ operation: KMSOperation, by caller: Caller, on resource: String?,
        as naming: Naming? = nil, context: EncryptionContext = .empty,
        access: AccessFacts = AccessFacts(), key: Key? = nil,
        in transaction: (any KeyStoreReader)? = nil
    ) throws {
        let action = access.action ?? operation.action
        if let resource { try requireOwnAccount(resource, for: operation, by: caller) }
        let pairs = access.grantConstraint?.pairs.map { (key: $0.key, value: $0.value) }
        var request = AuthorizationRequest(
            caller: caller, action: action, resource: resource,
            encryptionContext: pairs ?? context.auditPairs)
        request.key = key
        request.conditions = access.conditions
        request.newGrant = access.newGrant
        request.retirement = access.retirement
        request.requestTags = access.requestTags
        // Looked at when this call began.
        request.changeCount = cache.changeCount
        switch try authorizer.decide(request, in: transaction) {
        case .allowed: return
        case .denied(let reason):
            throw Self.denial(of: action, on: resource, as: naming, to: caller, reason)
        }
    }

    /// The same for a key of the caller's that the request does not name itself.
    func authorize(
        _ operation: KMSOperation, by caller: Caller, on key: Key,
        in transaction: (any KeyStoreReader)? = nil
    ) throws {
        var access = AccessFacts()
        access.add(key)
        try authorize(operation, by: caller, on: key.arn, access: access, in: transaction)
    }

    /// Some operations AWS forbids across accounts, whatever policies say.
    func requireOwnAccount(
        _ resource: String, for operation: KMSOperation, by caller: Caller
    ) throws(KMSError) {
        guard !Self.isOwn(resource, for: operation, of: caller) else { return }
        let action = operation.action
        throw Self.denial(
            of: action, on: resource, to: caller,
            AccessDecision.Denial.foreignResource.reason(action: action))
    }

    static func isOwn(
        _ resource: String, for operation: KMSOperation, of caller: Caller
    ) -> Bool {
        guard !operation.isAllowedAcrossAccounts, let owner = ARN(text: resource)?.accountID else {
            return true
        }
        return owner == caller.accountID
    }

    private static func denial(
        of action: String, on resource: String?, as naming: Naming? = nil, to caller: Caller,
        _ reason: String
    ) -> KMSError {
        var object = resource.map { " on resource: \($0)" } ?? ""
        var reason = reason
        switch naming {
        case .ciphertext: object = " on the resource associated with this ciphertext"
        case .written(let name):
            guard let owner = resource.flatMap(ARN.init)?.accountID, owner != caller.accountID
            else { break }
            object = " on resource: \(name)"
            if ARN(text: name)?.resource.utf8.starts(with: "alias/".utf8) == true {
                reason = AccessDecision.Denial.foreignResource.reason(action: action)
            }
        case nil: break
        }
        return .accessDenied(
            "User: \(caller.arn) is not authorized to perform: \(action)\(object) \(reason)")
    }

    /// What a request's KeyId means here.
    enum Resolution {
        case key(Key, arn: String)
        case failure(KMSError)
    }

    /// Looks a key up by id, ARN, alias or alias ARN, in the region that was asked; what has no ARN
    /// is of the caller's account. An ARN of another region is refused at once: that says nothing
    /// of any key.
    func resolve(
        _ text: String, by caller: Caller, aliasAllowed: Bool, in store: any KeyStoreReader
    ) throws -> Resolution {
        let identifier: KeyIdentifier
        do throws(KeyIdentifier.Failure) {
            identifier = try KeyIdentifier(text: text, realm: caller.realm)
        } catch .otherRegion(let region) {
            throw KMSError.notFound("Invalid arn \(region)")
        } catch .malformed {
            return .failure(.notFound("Invalid keyId '\(text)'"))
        } catch .otherPartition where text.contains(":alias/") {
            return .failure(.notFound("Alias \(text) is not found."))
        } catch .otherPartition {
            return .failure(.notFound("Key '\(text)' does not exist"))
        }
        switch identifier {
        case .key(let name, let home):
            guard let key = try store.key(named: name, in: home.region), key.home == home else {
                return .failure(.notFound("Key '\(home.arn(of: name))' does not exist"))
            }
            return .key(key, arn: key.arn)
        case .alias(let name, let home):
            guard aliasAllowed else {
                return .failure(
                    text.hasPrefix("arn:")
                        ? .invalidArn("Key Aliases are not supported for this operation")
                        : .notFound("Invalid keyId '\(text)'"))
            }
            // Nothing else can be the name of an alias, however a store compares texts.
            guard name.utf8.allSatisfy(Validation.isAliasCharacter),
                let alias = try store.alias(named: name, in: home),
                let key = try store.key(alias.keyID)
            else {
                return .failure(.notFound("Alias \(home.arn(ofAlias: name)) is not found."))
            }
            return .key(key, arn: key.arn)
        }
    }

    /// The key of a management operation: found, noted in the record, and the caller allowed.
    ///
    /// `validate` runs after the caller is known to be allowed, and before the caller learns
    /// whether the key exists.
    func key(
        _ text: String, for operation: KMSOperation, aliasAllowed: Bool = false,
        access: AccessFacts = AccessFacts(), in store: any KeyStoreReader,
        event: inout AuditEvent, validate: () throws(KMSError) -> Void = {}
    ) throws -> (key: Key, arn: String) {
        let resolution = try resolve(
            text, by: event.caller, aliasAllowed: aliasAllowed, in: store)
        var access = access
        access.add(nameOfKey: text)
        let resource: String
        switch resolution {
        case .key(let key, let arn):
            access.add(key)
            if operation.endsUseOfKey {
                access[.trailingDaysWithoutKeyUsage] =
                    "\(try daysWithoutUse(of: key, at: event.time, in: store))"
            }
            resource = arn
        case .failure: resource = text
        }
        try authorize(
            operation, by: event.caller, on: resource, as: .written(text), access: access,
            in: store)
        try validate()
        switch resolution {
        case .failure(let error): throw error
        case .key(let key, let arn):
            event.resources = [arn]
            return (key, arn)
        }
    }
}

/// A key's refusal in AWS's words.
extension KeyRefusal {
    func kmsError(arn: String) -> KMSError {
        switch self {
        case .isDisabled: .disabled("\(arn) is disabled.")
        case .isPendingDeletion: .kmsInvalidState("\(arn) is pending deletion.")
        case .isPendingReplicaDeletion:
            .kmsInvalidState("\(arn) is pending replica deletion.")
        case .isCreating: .kmsInvalidState("\(arn) is creating.")
        case .isUpdating: .kmsInvalidState("\(arn) is updating.")
        case .isNoPrimary: .unsupportedOperation("\(arn) is not a multi-region primary key.")
        case .isNotPendingDeletion: .kmsInvalidState("\(arn) is not pending deletion.")
        case .isServiceManaged:
            .kmsInvalidState("\(arn) is managed by the service and cannot be changed.")
        case .isPendingImport: .kmsInvalidState("\(arn) is pending import.")
        case .hasOrigin(let origin):
            .unsupportedOperation(
                "\(arn) origin is \(origin.rawValue) which is not valid for this operation.")
        case .tooManyOnDemandRotations:
            .limitExceeded(
                "The on-demand rotations limit has been reached for the given keyId. "
                    + "No more on-demand rotations can be performed for this key: \(arn)")
        case .isOfUnfitSpec(let spec):
            .unsupportedOperation(
                "\(arn) key spec is \(spec.rawValue) which is not valid for this operation.")
        }
    }
}

extension EncryptionContext {
    var auditPairs: [(key: [UInt8], value: [UInt8])] {
        pairs.map { (key: $0.key, value: $0.value) }
    }
}

/// Runs a step of the key's state machine, its refusal put in AWS's words.
func refusing<R>(_ arn: String, _ step: () throws(KeyRefusal) -> R) throws(KMSError) -> R {
    do throws(KeyRefusal) {
        return try step()
    } catch {
        throw error.kmsError(arn: arn)
    }
}
