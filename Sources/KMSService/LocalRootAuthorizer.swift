package import KMSDomain

/// The embedded service's rule: the root of the account may do everything, nobody else anything.
package struct LocalRootAuthorizer: Authorizer {
    private let rootARN: String

    package init(realm: Realm) { rootARN = Caller.localRoot(of: realm).arn }

    package func decide(
        _ request: AuthorizationRequest, in transaction: (any KeyStoreReader)?
    ) -> AuthorizationDecision {
        if request.caller.kind == .root, request.caller.arn == rootARN { return .allowed }
        return .denied(
            reason: "because no identity-based policy allows the \(request.action) action")
    }
}
