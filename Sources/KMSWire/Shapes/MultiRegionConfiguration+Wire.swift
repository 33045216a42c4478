package import KMSModel

extension MultiRegionConfiguration: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            multiRegionKeyType: try object.word("MultiRegionKeyType"),
            primaryKey: try object.shape("PrimaryKey"),
            replicaKeys: try object.shapes("ReplicaKeys"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("MultiRegionKeyType", multiRegionKeyType)
        json.member("PrimaryKey", shape: primaryKey)
        json.member("ReplicaKeys", shapes: replicaKeys)
    }
}
