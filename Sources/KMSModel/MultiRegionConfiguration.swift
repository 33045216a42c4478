/// Where a multi-Region key has its primary and its replicas.
package struct MultiRegionConfiguration: Equatable, Sendable {
    package var multiRegionKeyType: MultiRegionKeyType
    package var primaryKey: MultiRegionKey
    package var replicaKeys: [MultiRegionKey]

    package init(
        multiRegionKeyType: MultiRegionKeyType, primaryKey: MultiRegionKey,
        replicaKeys: [MultiRegionKey] = []
    ) {
        self.multiRegionKeyType = multiRegionKeyType
        self.primaryKey = primaryKey
        self.replicaKeys = replicaKeys
    }
}
