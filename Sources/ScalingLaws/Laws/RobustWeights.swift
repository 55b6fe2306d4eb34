import LongWork

/// Weights that let outliers count less.
enum RobustWeights {
  /// Huber's weights around the law that scatters least, in the median.
  ///
  /// Each law is fitted again and again with the weights min(1, threshold · s / |r|) of the fit before,
  /// s = 1.4826 · median |r|, until they stand still. Of more than some thousand measurements the means of neighbours in
  /// ln n are fitted, weighted so.
  ///
  /// - Source: Huber, *Robust Statistics*, 1981, section 7.8.
  /// - Returns: One weight for each observation; `nil` where no law can be fitted.
  static func find(
    _ types: [any FittableLaw.Type], on design: Design, _ y: [Double], _ scale: ResidualScale,
    threshold: Double
  ) -> [Double]? {
    var best: (spread: Double, weights: [Double])?
    for type in types {
      guard let (spread, weights) = find(type, on: design, y, scale, threshold) else { continue }
      if best.map({ spread < $0.spread }) ?? true { best = (spread, weights) }
    }
    return best?.weights
  }

  private static func find(
    _ type: any FittableLaw.Type, on design: Design, _ y: [Double], _ scale: ResidualScale,
    _ threshold: Double
  ) -> (spread: Double, weights: [Double])? {
    var weights = y.map { _ in 1.0 }
    var spread = 0.0
    for _ in 0..<50 {
      guard Watch.current.goesOn else { return nil }
      let weighted = design.weighted(by: zip(design.weights, weights).map { $0 * $1 })
      // Of a long series the outline is fitted, again and again; the residuals are of all measurements.
      let outline = Design.Outline(of: weighted)
      var fitter = type.fitter(on: outline?.design ?? weighted, scale)
      guard let raw = fitter.fit(outline?.means(of: y) ?? y),
        let law = try? type.init(values: raw.values)
      else { return nil }
      let residuals = y.indices.map {
        (y[$0] - scale.value(law.score(at: design.tokens[$0]))).magnitude
          * design.weights[$0].squareRoot()
      }
      spread = 1.4826 * median(residuals)
      guard spread > 0 else { return (0, weights) }
      let next = residuals.map { min(1, threshold * spread / $0) }
      let change = zip(next, weights).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      weights = next
      if change < (design.isLong ? Self.stillnessOfLong : 1e-9) { break }
    }
    let freedom = y.count - type.fittedCount(on: design)
    guard freedom >= fewestFreedom else { return nil }
    return (spread * (Double(y.count) / Double(freedom)).squareRoot(), weights)
  }

  /// Weights of a long series that change by less stand still: thousands of measurements say no more of the noise.
  private static var stillnessOfLong: Double { 1e-4 }

  /// With fewer degrees of freedom a law comes so near to half of the points that the median says
  /// nothing of the noise.
  private static var fewestFreedom: Int { 5 }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
