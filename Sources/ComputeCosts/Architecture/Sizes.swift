/// The largest size of anything in an architecture: far above any model, and small enough for
/// products of sizes to be checked cheaply.
public let largestSize = 100_000_000

/// Traps on a size that no architecture has; what a document says is checked before it gets here.
func preconditionSizes(_ sizes: [Int]) {
  for size in sizes {
    precondition(
      (1...largestSize).contains(size), "a size must be from 1 to \(largestSize), found \(size)")
  }
}
