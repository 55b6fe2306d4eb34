import LongWork

extension LawComparison {
  /// The error of predicting each measurement from the others.
  public struct LeaveOneOut: Sendable, Equatable {
    /// The root mean square over all measurements, on the residuals' scale; `nil` where a law fitted
    /// without an end point gives no score there that has a logarithm.
    public let rmse: Double?
    /// The same without the measurements of the least and the most tokens, whose prediction is
    /// extrapolation; `nil` where none is left.
    public let interiorRMSE: Double?
  }
}

extension LawComparison.LeaveOneOut {
  /// Up to this many measurements the law is fitted once without each; beyond, what leaving one out
  /// would do is taken from its leverage, r / (1 − h), which is exact for linear laws.
  private static var refitLimit: Int { 100 }
  private static var searchLimit: Int { 20 }

  /// Fits the law once for each measurement, without it, as globally as the first time. Laws stay positive over
  /// the whole range, the point left out included.
  init?(
    of fit: LawFit, with fitter: inout any LawFitter, on design: Design, _ y: [Double]
  ) {
    // A broken power law in S itself has no closed form, and every fit is a search.
    let isSearched = fit.scale == .score && fit.law is BrokenPowerLaw
    guard y.count <= (isSearched ? Self.searchLimit : Self.refitLimit) else {
      self.init(leverageOf: fit, on: design, y)
      return
    }
    guard let type = type(of: fit.law) as? any FittableLaw.Type else { return nil }
    var (all, inner, innerCount) = (0.0, 0.0, 0)
    var isComplete = true
    for index in y.indices {
      guard Watch.current.goesOn else { return nil }
      guard design.without(index).knots.count >= fit.parameterCount else { return nil }
      guard let left = fitter.fit(y, without: index), let law = try? type.init(values: left.values)
      else { return nil }
      let error = y[index] - fit.scale.value(law.score(at: design.tokens[index]))
      guard error.isFinite else {
        isComplete = false
        continue
      }
      all += error * error
      let x = design.logTokens[index]
      if x > design.first, x < design.first + design.width {
        inner += error * error
        innerCount += 1
      }
    }
    self.init(
      rmse: isComplete ? (all / Double(y.count)).squareRoot() : nil,
      interiorRMSE: innerCount > 0 ? (inner / Double(innerCount)).squareRoot() : nil)
  }
}

extension LawComparison.LeaveOneOut {
  private init?(leverageOf fit: LawFit, on design: Design, _ y: [Double]) {
    guard let deviation = fit.standardDeviation, fit.covariance != nil else { return nil }
    let (last, variance) = (design.first + design.width, deviation * deviation)
    var (all, inner, innerCount) = (0.0, 0.0, 0)
    var pace = Pace()
    for index in y.indices {
      guard pace.goesOn(after: 1) else { return nil }
      let tokens = design.tokens[index]
      let leverage =
        variance > 0 ? design.weights[index] * (fit.variance(at: tokens) ?? 0) / variance : 0
      let residual = y[index] - fit.scale.value(fit.law.score(at: tokens))
      let error = residual / max(1e-9, 1 - leverage)
      guard error.isFinite else { return nil }
      all += error * error
      if design.logTokens[index] > design.first, design.logTokens[index] < last {
        inner += error * error
        innerCount += 1
      }
    }
    self.init(
      rmse: (all / Double(y.count)).squareRoot(),
      interiorRMSE: innerCount > 0 ? (inner / Double(innerCount)).squareRoot() : nil)
  }
}
