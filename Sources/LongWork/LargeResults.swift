/// So many elements are looked at between two looks at the watch, where each takes some hundred
/// nanoseconds, or microseconds where its memory is far.
@usableFromInline package let lightBatch = 512

/// Frees large results aside, so that who waits for a call does not wait for a million pieces of memory too.
///
/// - Parameters:
///   - value: What nobody needs any more; the caller's copies of it should end with the caller.
///   - count: How many pieces it has. Few are freed at once.
@inlinable package func freeAside<Value: Sendable>(_ value: Value, count: Int) {
  guard count > 16 * lightBatch else { return }
  Task.detached(priority: .background) { withExtendedLifetime(value) {} }
}

extension Watch? {
  /// The elements in order.
  ///
  /// - Returns: `nil` where work should not go on.
  /// - Complexity: O(n log n), with a look at the watch every ``lightBatch`` comparisons.
  @inlinable package func sorted<Element>(
    _ elements: [Element], by areInOrder: (Element, Element) -> Bool
  ) -> [Element]? {
    guard self != nil else { return elements.sorted(by: areInOrder) }
    var left = lightBatch
    return try? elements.sorted {
      left -= 1
      if left == 0 {
        left = lightBatch
        guard goesOn else { throw WorkStopped.cancelled }
      }
      return areInOrder($0, $1)
    }
  }

  /// The indices of numbers in their order, those of equal ones growing.
  ///
  /// - Returns: All indices in some order where work should not go on.
  /// - Complexity: as ``sorted(_:by:)``.
  @inlinable package func ordered(_ values: [Double]) -> [Int] {
    let indices = Array(values.indices)
    return sorted(indices) { (values[$0], $0) < (values[$1], $1) } ?? indices
  }

  /// What is made of each element.
  ///
  /// - Returns: What was made before work should not go on any more.
  /// - Complexity: O(n), with a look at the watch every ``lightBatch`` elements.
  @inlinable package func map<Element, Value>(
    _ elements: some Collection<Element>, _ transform: (Element) -> Value
  ) -> [Value] {
    var made: [Value] = []
    made.reserveCapacity(elements.count)
    for element in elements {
      if made.count % lightBatch == lightBatch - 1, !goesOn { break }
      made.append(transform(element))
    }
    return made
  }

  /// The elements that satisfy a condition.
  ///
  /// - Returns: Those found before work should not go on any more.
  /// - Complexity: O(n), with a look at the watch every ``lightBatch`` elements.
  @inlinable package func filter<Element>(
    _ elements: [Element], _ holds: (Element) -> Bool
  ) -> [Element] {
    var found: [Element] = []
    for (index, element) in elements.enumerated() {
      if index % lightBatch == lightBatch - 1, !goesOn { break }
      if holds(element) { found.append(element) }
    }
    return found
  }
}
