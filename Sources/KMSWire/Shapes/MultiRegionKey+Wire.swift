package import KMSModel

extension MultiRegionKey: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(arn: try object.text("Arn"), region: try object.text("Region"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Arn", arn)
        json.member("Region", region)
    }
}
