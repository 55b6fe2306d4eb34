import RealModule

/// The correlation of a Matérn process with ν = 5/2 at two places: (1 + x + x²/3) e^(−x) with x = √5·d/ℓ.
///
/// - Source: Rasmussen and Williams, *Gaussian Processes for Machine Learning*, 2006, equation 4.17.
func matern(_ distance: Double, length: Double) -> Double {
  let x = distance.magnitude * 2.23606797749979 / length
  return (1 + x + x * x / 3) * Double.exp(-x)
}

/// A lower triangular factor L with L·Lᵀ = K, row by row.
struct CholeskyFactor: Sendable {
  let size: Int
  private(set) var rows: [Double]
  private(set) var inverseDiagonal: [Double]
  /// ln det L.
  let logDeterminant: Double

  /// - Parameters:
  ///   - size: n.
  ///   - element: K at a row and a column that is no larger.
  /// - Returns: `nil` where K is not positive definite to rounding.
  /// - Complexity: O(n³).
  init?(size: Int, _ element: (Int, Int) -> Double) {
    self.size = size
    var rows = Array(repeating: 0.0, count: size * size)
    var inverses = Array(repeating: 0.0, count: size)
    let succeeded = rows.withUnsafeMutableBufferPointer { rows in
      for i in 0..<size {
        for j in 0...i {
          var sum = element(i, j)
          for k in 0..<j { sum -= rows[i * size + k] * rows[j * size + k] }
          if i == j {
            guard sum > 0 else { return false }
            rows[i * size + i] = sum.squareRoot()
            inverses[i] = 1 / rows[i * size + i]
          } else {
            rows[i * size + j] = sum * inverses[j]
          }
        }
      }
      return true
    }
    guard succeeded else { return nil }
    self.rows = rows
    inverseDiagonal = inverses
    logDeterminant = inverses.reduce(0) { $0 - Double.log($1) }
  }

  /// Solves L·x = v in place.
  ///
  /// - Complexity: O(n²).
  func whiten(_ values: UnsafeMutableBufferPointer<Double>) {
    rows.withUnsafeBufferPointer { rows in
      for i in 0..<size {
        var sum = values[i]
        for k in 0..<i { sum -= rows[i * size + k] * values[k] }
        values[i] = sum * inverseDiagonal[i]
      }
    }
  }

  /// Solves Lᵀ·x = v in place.
  func whitenTransposed(_ values: UnsafeMutableBufferPointer<Double>) {
    rows.withUnsafeBufferPointer { rows in
      for i in (0..<size).reversed() {
        let solved = values[i] * inverseDiagonal[i]
        values[i] = solved
        for k in 0..<i { values[k] -= rows[i * size + k] * solved }
      }
    }
  }

  /// L·v.
  func product(_ values: [Double]) -> [Double] {
    (0..<size).map { i in
      var sum = 0.0
      for k in 0...i { sum += rows[i * size + k] * values[k] }
      return sum
    }
  }
}
