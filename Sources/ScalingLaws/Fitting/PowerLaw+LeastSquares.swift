import RealModule

extension PowerLaw {
  /// The power law through measurements by ordinary least squares of ln S on ln n.
  ///
  /// This is the fit rule of the paper: it reproduces its published (c, α) to 1e-5 relative.
  ///
  /// - Parameter measurements: At least two distinct token counts, all tokens and scores greater
  ///   than 0; repeated token counts weigh as often as they occur.
  /// - Returns: `nil` when that does not hold, or when the fit leaves what a double can hold.
  /// - Complexity: O(m).
  public static func leastSquares(through measurements: [Measurement]) -> PowerLaw? {
    guard measurements.allSatisfy({ $0.tokens > 0 && $0.score > 0 }) else { return nil }
    let count = Double(measurements.count)
    let x = measurements.map { Double.log($0.tokens) }
    let y = measurements.map { Double.log($0.score) }
    let meanX = x.reduce(0, +) / count
    let meanY = y.reduce(0, +) / count
    // Centred sums: the textbook Σx² − (Σx)²/m cancels when the counts lie close together.
    var squares = 0.0
    var products = 0.0
    for (x, y) in zip(x, y) {
      squares += (x - meanX) * (x - meanX)
      products += (x - meanX) * (y - meanY)
    }
    guard squares > 0 else { return nil }
    let slope = products / squares
    return try? PowerLaw(c: Double.exp(meanY - slope * meanX), alpha: -slope)
  }
}
