/// Which conditions exclude which candidates, as far as that tells candidates apart.
///
/// Neighbouring candidates that the same conditions exclude are one stretch, and stretches that the same conditions
/// exclude are one set. There are no more sets than ends of ranges, however many subsets of the conditions there
/// are, and every question about subsets is one about these sets: dropping some conditions frees the candidates
/// whose set lies within them, and some conditions leave nothing where they meet every set.
struct ExclusionSets {
  /// Conditions by index, increasing.
  typealias Conditions = [Int]

  /// The sets, by size, those of a size in lexicographic order. The empty set stands for feasible candidates.
  let sets: [Conditions]

  init(sets: [Conditions]) { self.sets = Self.ordered(Set(sets)) }

  /// The sets of some designs.
  ///
  /// - Parameters:
  ///   - allowed: For each design the members that each condition allows.
  ///   - counts: How many members each design's lattice has.
  /// - Complexity: O(r·c) for r ends of ranges and c conditions.
  init(_ allowed: [[IndexRanges]], counts: [Int]) {
    var found: Set<Conditions> = []
    for (conditions, count) in zip(allowed, counts) {
      // Where a condition begins and ceases to exclude.
      var turns: [(index: Int, condition: Int, isExcluded: Bool)] = []
      for (condition, members) in conditions.enumerated() {
        var free = 0
        for range in members.ranges {
          if free < range.lowerBound {
            turns.append((free, condition, true))
            turns.append((range.lowerBound, condition, false))
          }
          free = range.upperBound
        }
        if free < count { turns.append((free, condition, true)) }
      }
      turns.sort { ($0.index, $0.condition) < ($1.index, $1.condition) }
      var excluding = Array(repeating: false, count: conditions.count)
      var next = 0
      var index = 0
      while index < count {
        while next < turns.count, turns[next].index == index {
          excluding[turns[next].condition] = turns[next].isExcluded
          next += 1
        }
        found.insert(excluding.indices.filter { excluding[$0] })
        index = next < turns.count ? turns[next].index : count
      }
    }
    sets = Self.ordered(found)
  }

  private static func ordered(_ sets: Set<Conditions>) -> [Conditions] {
    sets.sorted { $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1) }
  }

  /// The fewest conditions that meet every set, of as many the first in lexicographic order.
  ///
  /// That is a smallest hitting set: a hard problem in general, and an easy one here, where each condition leaves a
  /// range or two of each design. Beyond ``steps`` places looked at, the answer is conditions
  /// none of which can be spared.
  ///
  /// - Precondition: No set is empty.
  func smallestMeetingAll() -> Conditions {
    // A set that holds another is met where that one is.
    var least: [Conditions] = []
    for set in sets where !least.contains(where: { Self.isPart($0, of: set) }) { least.append(set) }
    var search = HittingSearch(sets: least, steps: ExclusionSets.steps)
    return search.smallest() ?? Self.unsparable(least)
  }

  /// How many places a search for the fewest conditions looks at.
  static var steps: Int { 200_000 }

  /// Conditions that meet every set, none of which can be left out.
  static func unsparable(_ sets: [Conditions]) -> Conditions {
    var chosen = Set(sets.joined())
    for condition in chosen.sorted().reversed() {
      let rest = chosen.subtracting([condition])
      if sets.allSatisfy({ !rest.isDisjoint(with: $0) }) { chosen = rest }
    }
    return chosen.sorted()
  }

  /// Whether all of one increasing list is in another.
  private static func isPart(_ small: Conditions, of large: Conditions) -> Bool {
    guard small.count <= large.count else { return false }
    var place = 0
    for condition in small {
      while place < large.count, large[place] < condition { place += 1 }
      guard place < large.count, large[place] == condition else { return false }
    }
    return true
  }
}

/// Looks for the fewest conditions that meet every set, size by size.
private struct HittingSearch {
  let sets: [ExclusionSets.Conditions]
  /// How many places may still be looked at.
  var steps: Int

  /// - Returns: `nil` where the steps do not suffice.
  mutating func smallest() -> ExclusionSets.Conditions? {
    guard !sets.isEmpty else { return [] }
    let most = Set(sets.joined()).count
    for size in 1...most {
      if let found = first(size, behind: -1, Array(sets.indices)) { return found }
      if steps <= 0 { return nil }
    }
    return nil
  }

  /// The first conditions behind one, so many of them, that meet some sets.
  private mutating func first(
    _ size: Int, behind last: Int, _ open: [Int]
  ) -> ExclusionSets.Conditions? {
    if open.isEmpty { return size == 0 ? [] : nil }
    guard size > 0 else { return nil }
    // The next condition is the least that is chosen: every set must have one as large.
    var end = Int.max
    // Sets without a condition in common need one each.
    var (apart, needed) = (Set<Int>(), 0)
    for set in open {
      steps -= 1
      guard let largest = sets[set].last, largest > last, steps > 0 else { return nil }
      end = min(end, largest)
      let rest = sets[set].filter { $0 > last }
      if apart.isDisjoint(with: rest) {
        apart.formUnion(rest)
        needed += 1
        if needed > size { return nil }
      }
    }
    var candidates: Set<Int> = []
    for set in open { candidates.formUnion(sets[set].filter { $0 > last && $0 <= end }) }
    for condition in candidates.sorted() {
      let rest = open.filter { !sets[$0].contains(condition) }
      if let found = first(size - 1, behind: condition, rest) { return [condition] + found }
      if steps <= 0 { return nil }
    }
    return nil
  }
}
