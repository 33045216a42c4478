/// How members become files again.
package struct RestoreOptions: Sendable {
    /// Set-user-ID and set-group-ID bits, and names with control characters.
    package var preservesAll = false
    /// Owners by number, whatever they are called here.
    package var usesNumericOwners = false
    /// So many leading parts of each name are left away.
    package var strippedComponentCount = 0
    /// Owners are set; only root may.
    package var setsOwners = false
    package var workerCount = WorkerCount.automatic

    package init() {}
}
