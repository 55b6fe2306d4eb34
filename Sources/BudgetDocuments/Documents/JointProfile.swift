import ScalingLaws

/// The part of a profile that speaks of model size and tokens at once.
public struct JointProfile: Sendable, Equatable {
  /// The law over both.
  public var law: JointLaw
  /// The smallest and the largest model that was fitted, in billions of parameters.
  public var sizes: ClosedRange<Double>

  /// A joint profile from its parts.
  public init(law: JointLaw, sizes: ClosedRange<Double>) {
    self.law = law
    self.sizes = sizes
  }
}

extension ScalingProfile {
  /// Measurements of models whose size differs by no more than this share stand for a size.
  static let sizeTolerance = 0.25

  /// The profile for one model size: the law over tokens alone, and the measurements of models of
  /// about that size.
  ///
  /// - Parameter parametersBillions: N, greater than 0.
  /// - Returns: The profile itself where it has no joint law; `nil` where the law describes no score
  ///   at that size.
  package func slice(parametersBillions: Double) -> ScalingProfile? {
    guard let joint else { return self }
    guard let law = joint.law.law(parametersBillions: parametersBillions) else { return nil }
    var slice = self
    slice.law = FittedLaw(law, fittedTokens: self.law.fittedTokens)
    slice.measurements = measurements.filter { measurement in
      measurement.parametersBillions.map {
        ($0 / parametersBillions - 1).magnitude <= Self.sizeTolerance
      } ?? false
    }
    // What was stated of the fit holds on the joint law's own scale.
    slice.statedResidualSD = nil
    slice.uncertainty = nil
    return slice
  }
}
