import RealModule

extension LawComparison {
  /// The prediction at n tokens of all laws together, each with its Akaike weight.
  ///
  /// The interval adds to each law's own variance how far it lies from the mean of all, with the
  /// fewest degrees of freedom among the laws that count.
  ///
  /// - Source: Burnham and Anderson, *Model Selection and Multimodel Inference*, 2002, section 4.3.2.
  /// - Returns: `nil` where no law has an optimum.
  public func predict(at tokens: Double, level: Double = Significance.level) -> LawPrediction? {
    let counted = entries.filter { $0.weight > 1e-6 }
    let scale = options.scale
    let sum = counted.reduce(0) { $0 + $1.weight }
    guard sum > 0 else { return nil }
    let values = counted.map { scale.value($0.fit.law.score(at: tokens)) }
    guard values.allSatisfy(\.isFinite) else { return nil }
    let mean = zip(counted, values).reduce(0) { $0 + $1.0.weight / sum * $1.1 }
    var deviation: Double? = 0
    for (entry, value) in zip(counted, values) {
      guard let so = deviation,
        let own = entry.fit.predictiveVariance(at: tokens, noiseFloor)
      else {
        deviation = nil
        break
      }
      let distance = value - mean
      deviation =
        so + entry.weight / sum * (own + distance * distance).squareRoot()
    }
    let freedom = counted.map { $0.fit.count - $0.fit.parameterCount }.min() ?? 0
    var interval: ClosedRange<Double>?
    if let deviation, freedom > 0 {
      let half = StudentT(freedom: Double(freedom)).critical(twoSided: level) * deviation
      let ends = [mean - half, mean + half].map { scale == .logScore ? Double.exp($0) : $0 }
      if ends.allSatisfy(\.isFinite) { interval = ends[0]...ends[1] }
    }
    return LawPrediction(
      tokens: tokens, score: scale == .logScore ? Double.exp(mean) : mean, interval: interval,
      isExtrapolated: !series.tokenRange.containsUpToRounding(tokens))
  }
}
