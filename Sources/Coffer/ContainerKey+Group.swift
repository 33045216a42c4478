internal import KeyProviders

extension ContainerKey {
    /// Keys any `needed` of which open a container together, 2…16 of them, none of them a passphrase
    /// or a group. To open, the group or as many of its members serve.
    public static func group(
        needed: Int, of keys: [ContainerKey]
    ) throws(ContainerFailure) -> ContainerKey {
        let members = keys.map(\.provider)
        guard (2...KeyGroup.memberLimit).contains(keys.count), (2...keys.count).contains(needed),
            !members.contains(where: { $0 is ThresholdGroup || $0 is Passphrase })
        else { throw ContainerFailure(.usage, "a group of \(needed) of \(keys.count) such keys") }
        return ContainerKey(
            provider: ThresholdGroup(name: "group", needed: needed, members: members))
    }

    /// What is tried on a container: a group's members one by one.
    var openers: [any KeyProvider] {
        (provider as? ThresholdGroup)?.members ?? [provider]
    }
}
