import LongWork

/// The pairs of observations, by whether the larger x has the larger y.
///
/// - Source: the count by merging: Knight, *A Computer Method for Calculating Kendall's Tau with Ungrouped Data*,
///   J. Am. Stat. Assoc. 61(314), 1966.
struct RankedPairs {
  /// Pairs of different x of which the larger has the larger y.
  let rising: Int
  /// Pairs of different x of which the larger has the smaller y.
  let falling: Int
  /// How many observations each x has, by growing x.
  let groups: [Int]
  /// Pairs of different x.
  let comparable: Int

  /// Counts the pairs.
  ///
  /// - Parameters:
  ///   - x: Numbers.
  ///   - y: As many numbers.
  /// - Returns: `nil` where work should not go on.
  /// - Complexity: O(m log m).
  init?(_ x: [Double], _ y: [Double]) {
    let watch = Watch.current
    guard let order = watch.sorted(Array(x.indices), by: { (x[$0], y[$0]) < (x[$1], y[$1]) })
    else { return nil }
    let (places, values) = (order.map { x[$0] }, order.map { y[$0] })
    // Of one x values do not fall, so what falls is of different ones.
    guard let falling = Self.fallingPairs(values, watch),
      let ordered = watch.sorted(values, by: <)
    else { return nil }
    groups = Self.runs(places.indices) { places[$0] == places[$1] }
    let alike = Self.pairs(Self.runs(ordered.indices) { ordered[$0] == ordered[$1] })
    let both = Self.pairs(
      Self.runs(order.indices) { places[$0] == places[$1] && values[$0] == values[$1] })
    comparable = Self.pairs([x.count]) - Self.pairs(groups)
    self.falling = falling
    rising = comparable - (alike - both) - falling
  }

  /// How long the runs of neighbours that are alike are.
  private static func runs(_ indices: Range<Int>, areAlike: (Int, Int) -> Bool) -> [Int] {
    var runs: [Int] = []
    for index in indices {
      if index > 0, areAlike(index - 1, index) { runs[runs.count - 1] += 1 } else { runs.append(1) }
    }
    return runs
  }

  private static func pairs(_ groups: [Int]) -> Int {
    groups.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }

  /// How many pairs of values stand in the order of falling ones, by merging sorted runs.
  private static func fallingPairs(_ values: [Double], _ watch: Watch?) -> Int? {
    var (sorted, merged) = (values, values)
    var (count, width) = (0, 1)
    while width < values.count {
      guard watch.goesOn else { return nil }
      for start in stride(from: 0, to: values.count, by: 2 * width) {
        let middle = min(start + width, values.count)
        let end = min(start + 2 * width, values.count)
        var (left, right) = (start, middle)
        for place in start..<end {
          if right == end || left < middle && sorted[left] <= sorted[right] {
            merged[place] = sorted[left]
            left += 1
          } else {
            merged[place] = sorted[right]
            right += 1
            count += middle - left
          }
        }
      }
      swap(&sorted, &merged)
      width *= 2
    }
    return count
  }
}
