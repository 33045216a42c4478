package import SecretMemory

/// One request to a service. Its body may hold a key.
package struct HTTPRequest: ~Copyable {
    package enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
    }

    package let method: Method
    package let url: ServiceURL
    /// What follows the URL's own path, from a slash on; already percent-encoded.
    package let target: String
    package var headers: [(name: String, value: String)]
    package let body: SecretBytes?

    package init(
        _ method: Method, _ url: ServiceURL, target: String = "",
        headers: [(name: String, value: String)] = [], body: consuming SecretBytes? = nil
    ) {
        self.method = method
        self.url = url
        self.target = target
        self.headers = headers
        self.body = body
    }
}

/// What a service said. Redirects are answers like any other: nobody follows them.
package struct HTTPAnswer: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: SecretText

    package init(
        status: Int, headers: [(name: String, value: String)], body: SecretText
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, which is given in lower case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }
}
