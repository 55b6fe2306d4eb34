/// A small symmetric matrix, its lower triangle.
struct SymmetricMatrix {
  let size: Int
  private var elements: [Double]

  init(size: Int) {
    self.size = size
    elements = Array(repeating: 0, count: size * size)
  }

  subscript(_ row: Int, _ column: Int) -> Double {
    get { row >= column ? elements[row * size + column] : elements[column * size + row] }
    set { elements[max(row, column) * size + min(row, column)] = newValue }
  }

  /// The inverse, by Cholesky's factors of the matrix scaled to a diagonal of 1; `nil` where it is
  /// singular to rounding.
  func inverse() -> SymmetricMatrix? {
    let scales = (0..<size).map { self[$0, $0].squareRoot() }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var factor = SymmetricMatrix(size: size)
    for i in 0..<size {
      for j in 0...i {
        var sum = self[i, j] / scales[i] / scales[j]
        for k in 0..<j { sum -= factor[i, k] * factor[j, k] }
        if i == j {
          guard sum > 1e-13 else { return nil }
          factor[i, i] = sum.squareRoot()
        } else {
          factor[i, j] = sum / factor[j, j]
        }
      }
    }
    // Columns of the factor's inverse, by forward substitution.
    var inverseFactor = Array(repeating: Array(repeating: 0.0, count: size), count: size)
    for column in 0..<size {
      for row in column..<size {
        var sum = row == column ? 1.0 : 0.0
        for k in column..<row { sum -= factor[row, k] * inverseFactor[k][column] }
        inverseFactor[row][column] = sum / factor[row, row]
      }
    }
    var result = SymmetricMatrix(size: size)
    for i in 0..<size {
      for j in 0...i {
        var sum = 0.0
        for k in i..<size { sum += inverseFactor[k][i] * inverseFactor[k][j] }
        result[i, j] = sum / scales[i] / scales[j]
      }
    }
    return result
  }
}
