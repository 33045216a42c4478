import KeyAgent

/// What this agent offers: one line for each service.
enum Services {
    static func all() -> AgentServices {
        AgentServices([])
    }
}
