import RealModule

/// A way for a score to grow over a range of token counts: a curve of t = ln(n / n_first) / ln(n_last / n_first)
/// that is 0 where t = 0 and 1 where t = 1.
///
/// The shapes of a ``SmoothingPrior`` are what real curves are put together from; what they leave over is
/// the business of a Gaussian process.
enum GrowthShape: Sendable, Hashable {
  /// (e^(k·t) − 1) / (e^k − 1): straight in ln n for k = 0, power laws and the paper's law for k > 0,
  /// saturation for k < 0.
  case exponential(Double)
  /// A logistic curve in ln n, with its slope per unit of ln n and its midpoint in t.
  case sigmoid(slope: Double, midpoint: Double)
  /// Two logistic curves of one slope, of which the first takes a share: easy questions and hard ones.
  case twoSigmoids(slope: Double, first: Double, second: Double, share: Double)

  /// The shape's values at some places.
  ///
  /// - Parameters:
  ///   - places: t; outside 0…1 beyond the measurements.
  ///   - width: ln(n_last / n_first), greater than 0.
  ///   - values: As many as places.
  func evaluate(
    at places: [Double], width: Double, into values: UnsafeMutableBufferPointer<Double>
  ) {
    switch self {
    case .exponential(let k):
      guard k != 0 else {
        for (index, t) in places.enumerated() { values[index] = t }
        return
      }
      let scale = 1 / Double.expMinusOne(k)
      for (index, t) in places.enumerated() {
        values[index] = Double.expMinusOne(k * t) * scale
      }
    case .sigmoid(let slope, let midpoint):
      let rate = slope * width
      let start = logistic(-rate * midpoint)
      let scale = 1 / (logistic(rate * (1 - midpoint)) - start)
      for (index, t) in places.enumerated() {
        values[index] = (logistic(rate * (t - midpoint)) - start) * scale
      }
    case .twoSigmoids(let slope, let first, let second, let share):
      let rate = slope * width
      func curve(_ t: Double) -> Double {
        share * logistic(rate * (t - first)) + (1 - share) * logistic(rate * (t - second))
      }
      let start = curve(0)
      let scale = 1 / (curve(1) - start)
      for (index, t) in places.enumerated() { values[index] = (curve(t) - start) * scale }
    }
  }
}

/// 1 / (1 + e^(−x)).
private func logistic(_ x: Double) -> Double { 1 / (1 + Double.exp(-x)) }
