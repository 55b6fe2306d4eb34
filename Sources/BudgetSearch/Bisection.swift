/// The first index of a range at which a predicate holds that never turns false again; the range's
/// end when it holds nowhere.
///
/// - Complexity: O(log count) calls.
func partitionPoint(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
  var low = range.lowerBound
  var high = range.upperBound
  while low < high {
    let middle = low + (high - low) / 2
    if holds(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}

/// The first index at which values that increase, up to rounding, reach a threshold.
///
/// Rounding can make neighbouring values of a flat curve swap places. Bisection then ends some
/// steps late, so the search walks back while values are within ``roundingMargin`` of the
/// threshold, at most ``roundingSteps`` of them.
///
/// - Returns: The range's end when no value reaches the threshold.
/// - Complexity: O(log count) evaluations for curves that are not flat to the last digits.
func firstIndex(
  in range: Range<Int>, atLeast threshold: Double, value: (Int) -> Double
) -> Int {
  var found = partitionPoint(in: range) { value($0) >= threshold }
  let margin = threshold - threshold.magnitude * roundingMargin
  // The steps are counted from where bisection ended, not from the last tie: on a curve that is flat
  // to the last digits ties go on and on, and following them would take as long as the lattice.
  for index in (range.lowerBound..<found).suffix(roundingSteps).reversed() {
    let earlier = value(index)
    if earlier >= threshold { found = index }
    if earlier < margin { break }
  }
  return found
}

/// Some fifty times the relative rounding error of one evaluation.
let roundingMargin = 1e-14

/// How far rounding is followed. Curves flatter than this allows are equal for any purpose.
let roundingSteps = 4096
