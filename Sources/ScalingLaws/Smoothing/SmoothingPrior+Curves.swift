import RealModule

extension SmoothingPrior {
  /// Curves that the prior holds likely before anything is measured, as shares of a metric's range: from 0 to 1, and
  /// nowhere beyond by much.
  ///
  /// The highest score is drawn evenly from 0.2 to 0.95 of the range, and the share of it that is there at the first
  /// count from 0 to 1; how it grows between is a shape and a path of the process by their weights.
  ///
  /// - Parameters:
  ///   - count: How many, greater than 0.
  ///   - seed: The start of the random numbers.
  ///   - tokens: From the first to the last count, not the same.
  /// - Complexity: O(count · k) for k knots.
  public func curves(
    _ count: Int, seed: UInt64, over tokens: ClosedRange<Double>
  ) -> [LogLinearPolyline] {
    precondition(count > 0 && tokens.lowerBound > 0 && tokens.lowerBound < tokens.upperBound)
    var random = SplitMix64(seed: seed)
    let first = Double.log(tokens.lowerBound)
    let width = Double.log(tokens.upperBound) - first
    let steps = 96
    let t = (0...steps).map { Double($0) / Double(steps) }
    let places = t.map { first + width * $0 }
    var knots = places.map { Double.exp($0) }
    knots[0] = tokens.lowerBound
    knots[steps] = tokens.upperBound
    let shapes = shapes(width: width)
    let factors = lengths.map { length in
      CholeskyFactor(size: steps + 1) {
        matern(places[$0] - places[$1], length: length) + ($0 == $1 ? 1e-8 : 0)
      }
    }
    func pick(_ weights: [Double]) -> Int {
      var left = random.uniform() * weights.reduce(0, +)
      for (index, weight) in weights.enumerated() {
        left -= weight
        if left <= 0 { return index }
      }
      return weights.count - 1
    }
    var shape = Array(repeating: 0.0, count: steps + 1)
    return (0..<count).map { _ in
      let chosen = pick(shapes.map(\.weight) + [flatShare])
      if chosen < shapes.count {
        shape.withUnsafeMutableBufferPointer {
          shapes[chosen].shape.evaluate(at: t, width: width, into: $0)
        }
      } else {
        for i in shape.indices { shape[i] = 0 }
      }
      let highest = 0.2 + 0.75 * random.uniform()
      let level = random.uniform()
      let amplitude = amplitudes[pick(amplitudes.map(\.weight))].deviation
      let factor = factors[random.below(factors.count)]
      let normals = (0...steps).map { _ in random.normal() }
      let path = factor?.product(normals) ?? normals.map { _ in 0 }
      let scores = (0...steps).map { i in
        // Paths of the process start from the shape at the last count, so that the highest score stays what it is.
        min(
          1,
          max(0, highest * (level + (1 - level) * shape[i] + amplitude * (path[i] - path[steps]))))
      }
      return LogLinearPolyline(tokens: knots, places: places, scores: scores)
    }
  }
}
