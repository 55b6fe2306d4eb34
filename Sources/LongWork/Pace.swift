/// Asks the watch once in so much light work, so that steps that are short pay nothing and none is long.
///
/// ```swift
/// var pace = Pace()
/// for index in residuals.indices {
///   guard pace.goesOn(after: 1) else { return nil }
///   …
/// }
/// ```
@usableFromInline package struct Pace {
  @usableFromInline let watch: Watch?
  @usableFromInline var done = 0
  /// Whether the watch said that work should not go on.
  @usableFromInline package internal(set) var isStopped = false

  /// So many light elements, of ten nanoseconds to a microsecond each, lie between two looks at the watch.
  @usableFromInline static var batch: Int { 4096 }

  /// Under the watch that this runs under.
  package init() { watch = Watch.current }

  /// Whether work should go on after so many light elements more.
  ///
  /// - Complexity: O(1), some nanoseconds, and a look at the watch once in a batch.
  @inlinable package mutating func goesOn(after count: Int) -> Bool {
    done &+= count
    guard done >= Self.batch, !isStopped else { return !isStopped }
    done = 0
    isStopped = !watch.goesOn
    return !isStopped
  }
}
