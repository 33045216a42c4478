package import KMSModel

extension XksKeyConfiguration: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(id: try object.text("Id"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Id", id)
    }
}
