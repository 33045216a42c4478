/// What every wrap is bound to.
package struct WrapBinding: Sendable {
    /// SHA-256 over the container's parameters, salt and context.
    package let binder: [UInt8]
    package let context: ContainerContext

    package init(binder: [UInt8], context: ContainerContext) {
        self.binder = binder
        self.context = context
    }
}
