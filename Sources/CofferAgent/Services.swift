import FileIO
import KeyAgent
import RemoteKeys

/// What this agent offers: one line for each service.
enum Services {
    static func all() -> AgentServices {
        let environment = ProcessEnvironment.current()
        return AgentServices([
            AWSKMSService(environment: environment),
            VaultService(environment: environment),
            PKCS11Service(),
        ])
    }
}
