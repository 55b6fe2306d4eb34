/// The smallest of some values that at least a part of them does not pass.
///
/// - Parameters:
///   - p: The part, above 0 and at most 1.
///   - values: At least one; their order changes.
/// - Complexity: O(n) on average, by Hoare's selection around medians of three.
func quantile(_ p: Double, of values: inout [Double]) -> Double {
  let rank = max(0, min(values.count - 1, Int((p * Double(values.count)).rounded(.up)) - 1))
  var (low, high) = (0, values.count - 1)
  while low < high {
    let (a, b, c) = (values[low], values[low + (high - low) / 2], values[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (i, j) = (low, high)
    while i <= j {
      while values[i] < pivot { i += 1 }
      while values[j] > pivot { j -= 1 }
      if i <= j {
        values.swapAt(i, j)
        i += 1
        j -= 1
      }
    }
    if rank <= j { high = j } else if rank >= i { low = i } else { break }
  }
  return values[rank]
}
