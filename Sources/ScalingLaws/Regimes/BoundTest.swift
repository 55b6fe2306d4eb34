import LongWork
import RealModule

/// Whether growth comes to an end: laws with a bound against laws without one.
///
/// A falling elasticity is no bound: S = a + b ln n grows for ever, with the elasticity b/S. The
/// better of two laws that end, C − A n^(−b) and Hill's chance + (C − chance)/(1 + (m/n)^k), is tested
/// against the better of that and a power law, which have one parameter less, by F(1, m − 3) in ln S.
/// Where chance is known, growth in ln n may also begin late, behind scores that are those of
/// guessing. Two lines of ln of skill whose second still grows have no bound either: they must not
/// have the lower AICc.
///
/// - Source: `docs/model.md`, "Does it end?".
public struct BoundTest: Sendable, Equatable {
  /// The probability of a law with a bound that fits so much better where there is none; 1 where two
  /// growing lines have the lower AICc.
  public let pValue: Double
  /// The score that the better law with a bound grows towards.
  public let ceiling: Double
  /// That law, `saturating` or `logistic`.
  public let form: String
  /// Its residual sum of squares in ln S.
  public let rss: Double
  /// That of the better law without a bound.
  public let unboundedRSS: Double

  /// Whether growth without an end is rejected at 5%.
  public var isSupported: Bool { pValue < Significance.level }

  /// - Parameters:
  ///   - chance: The score of guessing; `nil` where skill is the score itself.
  ///   - power: The residual sum of squares in ln S of a power law of skill.
  ///   - broken: That of two lines of ln of skill, where the second grows significantly.
  /// - Returns: `nil` with fewer than five observations or four distinct token counts, or where no
  ///   law can be fitted.
  /// - Complexity: two fits of laws, some hundred microseconds for ten points.
  init?(_ series: Series, chance: Double?, power: Double, broken: Double?) {
    let count = series.measurements.count
    guard count >= 5, series.distinctCount >= 4, let y = try? series.responses(.logScore) else {
      return nil
    }
    var bounded: (form: String, ceiling: Double, rss: Double)?
    func add(_ form: String, _ ceiling: Double, _ rss: Double) {
      if rss < bounded?.rss ?? .infinity { bounded = (form, ceiling, rss) }
    }
    if let fit = try? LawFit.fit(SaturatingLaw.self, to: series) {
      add(SaturatingLaw.form.id, fit.law.values[0], fit.rss)
    }
    if let chance {
      if let hill = FlooredHill(design: series.design, logScores: y, chance: chance) {
        add(LogisticLaw.form.id, chance + hill.gain, hill.rss)
      }
    } else if let fit = try? LawFit.fit(LogisticLaw.self, to: series) {
      add(LogisticLaw.form.id, fit.law.values[0], fit.rss)
    }
    guard let bounded else { return nil }
    let unbounded = min(power, Self.growthInLogarithms(series, y, chance) ?? power)
    let freedom = Double(count - 3)
    let rounding = ResidualScale.logScore.roundingRSS(y)
    let rest = max(bounded.rss, rounding)
    (form, ceiling, rss) = bounded
    unboundedRSS = unbounded
    func criterion(_ rss: Double, _ parameters: Int) -> Double? {
      AkaikeCriterion.corrected(rss: max(rss, rounding), count: count, parameters: parameters)
    }
    if let broken, let lines = criterion(broken, 4), lines < criterion(rest, 3) ?? .infinity {
      pValue = 1
    } else {
      pValue = FDistribution(numerator: 1, denominator: freedom)
        .survival(max(0, (unbounded - rest) / (rest / freedom)))
    }
  }

  /// The least residual sum of squares of a + b ln n, or of chance up to some token count and
  /// a + b ln n from there on.
  private static func growthInLogarithms(
    _ series: Series, _ y: [Double], _ chance: Double?
  ) -> Double? {
    var best = (try? LawFit.fit(LogLinearLaw.self, to: series))?.rss
    guard let chance, chance > 0 else { return best }
    let design = series.design
    // What is left keeps three token counts, so that the test still has something to test.
    let watch = Watch.current
    for knot in design.knots.dropFirst().dropLast(2) {
      guard watch.goesOn else { return nil }
      let kept = y.indices.filter { design.logTokens[$0] >= knot }
      let weights = kept.map { series.weights[$0] }
      let scale = weights.reduce(0, +) / Double(weights.count)
      guard
        let late = try? Series(kept.map { series.measurements[$0] }),
        let fit = try? LawFit.fit(LogLinearLaw.self, to: late)
      else { continue }
      var sum = fit.rss * scale
      for i in y.indices where design.logTokens[i] < knot {
        let residual = y[i] - Double.log(chance)
        sum += series.weights[i] * residual * residual
      }
      if sum < best ?? .infinity { best = sum }
    }
    return best
  }
}
