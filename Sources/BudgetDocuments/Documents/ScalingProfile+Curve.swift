import ScalingLaws

/// What decides between token counts where a profile has both a law and measurements.
public enum DecidingLaw: String, Sendable, CaseIterable {
  /// The curve that the measurements leave, whatever the law: it does not stand or fall with one formula.
  case curve
  /// The law that the profile states.
  case profile
}

extension ScalingProfile.Metric {
  /// What a curve of scores can know of the metric.
  public var bounds: ScoreBounds {
    ScoreBounds(range: questionRange, chance: chance, isShare: questionRange != nil)
  }
}

extension ScalingProfile {
  /// The posterior of the curve that decides; `nil` where a law with a formula does.
  public var posterior: SmoothingPosterior? { (law.law as? SmoothLaw)?.posterior }

  /// The profile with the law that decides as its ``law``, and what it stated as ``statedLaw``.
  ///
  /// A curve needs measurements at two token counts or more; a profile without, and a law of tokens and model size,
  /// decide by their law.
  ///
  /// - Complexity: one posterior, some 2 ms, where the profile's law is not that curve already.
  public func deciding(by choice: DecidingLaw) -> ScalingProfile {
    guard choice == .curve, joint == nil, !(law.law is SmoothLaw), !fittedMeasurements.isEmpty,
      let series = try? Series(fittedMeasurements),
      let posterior = SmoothingPosterior(of: series, bounds: metric.bounds)
    else { return self }
    var copy = self
    copy.statedLaw = law
    copy.law = FittedLaw(SmoothLaw(posterior), fittedTokens: posterior.measuredTokens)
    return copy
  }
}
