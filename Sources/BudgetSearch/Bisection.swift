/// The first index of a range at which a predicate holds that never turns false again; the range's
/// end when it holds nowhere.
///
/// - Complexity: O(log count) calls.
@inline(__always)
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
/// - Parameter known: An index of the range that reaches the threshold, where one is known: the search
///   then begins there, which is short where few members tie.
/// - Returns: The range's end when no value reaches the threshold.
/// - Complexity: O(log count) evaluations for curves that are not flat to the last digits.
func firstIndex(
  in range: Range<Int>, atLeast threshold: Double, from known: Int? = nil,
  value: (Int) -> Double
) -> Int {
  var found: Int
  if let known {
    // Steps to the left that double until the threshold is missed.
    var (low, high) = (known, known)
    var step = 1
    while low > range.lowerBound {
      low = step < low - range.lowerBound ? low - step : range.lowerBound
      if value(low) < threshold { break }
      high = low
      step &*= 2
      if step < 0 { step = .max }
    }
    found = partitionPoint(in: low..<high) { value($0) >= threshold }
  } else {
    found = partitionPoint(in: range) { value($0) >= threshold }
  }
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

/// The first index of a range whose value, never falling, lies above a bound; the range's end when none does.
///
/// Guesses where a straight line between the known ends reaches the bound: amounts that nearly are
/// quadratics in n take a few steps. Every third step halves, so that no curve takes long.
///
/// - Complexity: O(log count) evaluations, some eight for smooth curves.
func firstIndex(in range: Range<Int>, above bound: Double, value: (Int) -> Double) -> Int {
  guard let last = range.last else { return range.lowerBound }
  var highValue = value(last)
  if highValue <= bound { return range.upperBound }
  var lowValue = value(range.lowerBound)
  if !(lowValue <= bound) { return range.lowerBound }
  // value(low) ≤ bound < value(high).
  var (low, high) = (range.lowerBound, last)
  var step = 0
  while high - low > 1 {
    step += 1
    var middle = low + (high - low) / 2
    if step % 3 != 0 {
      let part = (bound - lowValue) / (highValue - lowValue)
      if part >= 0, part < 1 {
        middle = min(high - 1, max(low + 1, low + Int(part * Double(high - low))))
      }
    }
    let found = value(middle)
    if found <= bound {
      (low, lowValue) = (middle, found)
    } else {
      (high, highValue) = (middle, found)
    }
  }
  return high
}

/// Some fifty times the relative rounding error of one evaluation.
let roundingMargin = 1e-14

/// How far rounding is followed. Curves flatter than this allows are equal for any purpose.
let roundingSteps = 4096
