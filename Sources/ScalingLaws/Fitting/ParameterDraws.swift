import LongWork
import RealModule

/// Parameter values as noise like the measurements' would have had them: a bootstrap, the same for
/// the same seed on every machine.
public struct ParameterDraws: Sendable {
  /// How new measurements are made from the law's values and the residuals.
  public enum Method: String, Sendable, CaseIterable {
    /// Residuals are dealt anew among the token counts: noise alike everywhere.
    case residual
    /// Each residual keeps its place and may change its sign: noise that differs between token
    /// counts.
    case wild
  }

  /// How the draws are made.
  public struct Recipe: Sendable, Equatable {
    /// How new measurements are made.
    public var method: Method
    /// Where the random numbers begin.
    public var seed: UInt64
    /// How many draws to make.
    public var count: Int
    /// Whether each draw's noise is scaled by √(ν/χ²) with ν degrees of freedom: the spread of few
    /// residuals is itself uncertain, and intervals then have the tails of Student's t instead of a normal's.
    public var isStudentized: Bool

    /// A recipe.
    ///
    /// - Parameters:
    ///   - method: What is drawn anew.
    ///   - seed: Of the generator that is a part of the definition.
    ///   - count: At least 1.
    ///   - isStudentized: Whether the noise of each draw is scaled, see ``isStudentized``.
    public init(
      method: Method = .residual, seed: UInt64 = 1, count: Int = 1000, isStudentized: Bool = false
    ) {
      precondition(count >= 1, "\(count) draws are none")
      self.method = method
      self.seed = seed
      self.count = count
      self.isStudentized = isStudentized
    }
  }

  /// The recipe.
  public let recipe: Recipe
  /// The laws, one for each draw that could be fitted.
  public let laws: [any ParametricLaw]
  /// How many draws had no fit: parameters left what a double can hold.
  public let failures: Int

  /// Draws around a fit.
  ///
  /// Residuals are scaled by 1/√(1 − h), h the leverage, and by their weight, so that their spread is
  /// that of the noise; each new series is fitted over the same grid as the first, the Hill
  /// law from the first's valleys.
  ///
  /// - Returns: `nil` where the fit has no optimum or no degree of freedom is left.
  /// - Throws: ``Series/Problem/scoreNotPositive(index:)`` for residuals in ln S.
  /// - Complexity: O(m) for each of some hundred points of a grid, for each draw; some 20 µs for ten
  ///   measurements and three parameters.
  /// - Source: Davison and Hinkley, *Bootstrap Methods and their Application*, 1997, sections 6.2 and
  ///   7.2; signs: Davidson and Flachaire, *The wild bootstrap, tamed at last*, J. Econometrics 146(1), 2008.
  public init?(
    around fit: LawFit, of series: Series, _ recipe: Recipe = Recipe()
  ) throws(Series.Problem) {
    let y = try series.responses(fit.scale)
    guard let type = type(of: fit.law) as? any FittableLaw.Type, fit.covariance != nil,
      let deviation = fit.standardDeviation, y.count == fit.count
    else { return nil }
    let design = series.design.knowing(chance: fit.chance)
    let watch = Watch.current
    let fitted = watch.map(design.tokens) { fit.scale.value(fit.law.score(at: $0)) }
    guard watch.goesOn else { return nil }
    // Standardised: every residual to the spread of a measurement of weight 1.
    var residuals = watch.map(y.indices) { i in
      let leverage =
        deviation > 0
        ? design.weights[i] * (fit.variance(at: design.tokens[i]) ?? 0) / (deviation * deviation)
        : 0
      return (y[i] - fitted[i]) * (design.weights[i] / max(1e-6, 1 - leverage)).squareRoot()
    }
    guard watch.goesOn else { return nil }
    if recipe.method == .residual {
      let mean = residuals.reduce(0, +) / Double(residuals.count)
      for i in residuals.indices { residuals[i] -= mean }
    }
    var random = SplitMix64(seed: recipe.seed)
    var fitter = type.fitter(on: design, fit.scale)
    // Some fitters keep the valleys of the measurements for those of the draws.
    _ = fitter.fit(y)
    var laws: [any ParametricLaw] = []
    laws.reserveCapacity(recipe.count)
    var drawn = y
    let freedom = y.count - fit.parameterCount
    let batch = max(1, Self.batch / y.count)
    watch.begin(.drawing, of: recipe.count)
    for index in 0..<recipe.count {
      if index % batch == batch - 1, !watch.advance(by: batch) { break }
      let scale = recipe.isStudentized ? random.studentScale(freedom) : 1
      for i in drawn.indices {
        let noise =
          switch recipe.method {
          case .residual: residuals[random.below(residuals.count)]
          case .wild: random.next() & 1 == 0 ? residuals[i] : -residuals[i]
          }
        drawn[i] = fitted[i] + scale * noise / design.weights[i].squareRoot()
      }
      if let raw = fitter.draw(drawn), let law = try? type.init(values: raw.values) {
        laws.append(law)
      }
    }
    self.recipe = recipe
    self.laws = laws
    failures = recipe.count - laws.count
  }

  /// So many measurements are fitted between two looks at the watch.
  private static var batch: Int { 128 }

  /// The middle of a quantity over the draws: all but `level` of it, 95% by default.
  ///
  /// - Returns: `nil` without draws.
  public func interval(
    level: Double = Significance.level, of quantity: (any ParametricLaw) -> Double
  ) -> ClosedRange<Double>? {
    let values = laws.map(quantity).filter { !$0.isNaN }.sorted()
    guard !values.isEmpty else { return nil }
    func quantile(_ p: Double) -> Double {
      let place = p * Double(values.count - 1)
      let low = Int(place.rounded(.down))
      let high = min(low + 1, values.count - 1)
      return values[low] + (values[high] - values[low]) * (place - Double(low))
    }
    return quantile(level / 2)...quantile(1 - level / 2)
  }
}
