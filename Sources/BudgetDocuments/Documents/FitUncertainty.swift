import ScalingLaws

/// How sure a fit is, as a profile states it.
public struct FitUncertainty: Sendable, Equatable {
  /// A law that was compared with the one chosen.
  public struct Alternative: Sendable, Equatable {
    /// The law's identifier.
    public var form: String
    /// Its criterion; `nil` where its parameters ran away.
    public var aicc: Double?
    /// Its Akaike weight, from 0 to 1.
    public var weight: Double

    /// An alternative from its parts.
    public init(form: String, aicc: Double?, weight: Double) {
      self.form = form
      self.aicc = aicc
      self.weight = weight
    }
  }

  /// Where residuals were taken.
  public var scale: ResidualScale
  /// The parameters' covariance at the optimum, in the order of the law's form; `nil` when it is not
  /// stated.
  public var covariance: [[Double]]?
  /// The laws that were compared, the chosen one among them.
  public var compared: [Alternative]
  /// How draws of the parameters are made; `nil` when it is not stated.
  public var draws: ParameterDraws.Recipe?

  /// An uncertainty from its parts.
  public init(
    scale: ResidualScale = .logScore, covariance: [[Double]]? = nil,
    compared: [Alternative] = [], draws: ParameterDraws.Recipe? = nil
  ) {
    self.scale = scale
    self.covariance = covariance
    self.compared = compared
    self.draws = draws
  }
}

extension ScalingProfile {
  /// Parameter values as other noise would have given them, by the profile's own recipe: the same on
  /// every run and machine.
  ///
  /// - Returns: `nil` where the profile states no recipe or has too few measurements for its law, and
  ///   for joint and interpolated laws.
  /// - Throws: ``ScalingLaws/Series/Problem`` when its measurements cannot be fitted.
  /// - Complexity: O(draws · m); some 20 µs a draw for ten measurements.
  package func parameterDraws() throws -> ParameterDraws? {
    guard joint == nil, let uncertainty, let recipe = uncertainty.draws,
      !fittedMeasurements.isEmpty,
      let law = law.law as? any ParametricLaw
    else { return nil }
    let series = try Series(fittedMeasurements)
    guard
      let fit = try LawFit.fit(type(of: law), to: series, scale: uncertainty.scale)
    else { return nil }
    return try ParameterDraws(around: fit, of: series, recipe)
  }
}
