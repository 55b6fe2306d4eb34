/// Measurements that can be fitted: valid token counts, finite scores, positive weights.
public struct Series: Sendable, Equatable {
  /// The measurements, in the order given. Token counts may repeat and need no order.
  public let measurements: [Measurement]
  /// How much each measurement counts: its weight, scaled to a mean of 1 over the series.
  public let weights: [Double]
  /// How many distinct token counts there are.
  public let distinctCount: Int

  let design: Design

  /// What forbids a fit, and at which measurement.
  public enum Problem: Error, Sendable, Equatable {
    /// There is no measurement.
    case empty
    /// A token count is not finite and greater than 0.
    case tokens(index: Int)
    /// A score is not finite.
    case score(index: Int)
    /// A weight is not finite and greater than 0.
    case weight(index: Int)
    /// A score has no logarithm, and residuals are taken in ln S.
    case scoreNotPositive(index: Int)
  }

  /// A series.
  ///
  /// - Parameter measurements: At least one.
  /// - Throws: ``Problem`` for the first measurement that is not valid.
  /// - Complexity: O(m log m).
  public init(_ measurements: [Measurement]) throws(Problem) {
    guard !measurements.isEmpty else { throw .empty }
    for (index, measurement) in measurements.enumerated() {
      guard measurement.tokens > 0, measurement.tokens.isFinite else {
        throw .tokens(index: index)
      }
      guard measurement.score.isFinite else { throw .score(index: index) }
      guard measurement.weight > 0, measurement.weight.isFinite else {
        throw .weight(index: index)
      }
    }
    self.measurements = measurements
    weights = measurements.relativeWeights
    design = Design(tokens: measurements.map(\.tokens), weights: self.weights)
    distinctCount = design.knots.count
  }

  /// The series with each weight times a factor.
  ///
  /// - Parameter factors: As many as measurements, greater than 0.
  func reweighted(by factors: [Double]) throws(Problem) -> Series {
    var measurements = measurements
    // From weights of mean 1: a product of huge ones would not fit a double.
    for index in measurements.indices {
      measurements[index].weight = weights[index] * factors[index]
    }
    return try Series(measurements)
  }

  /// The scores on a scale.
  func responses(_ scale: ResidualScale) throws(Problem) -> [Double] {
    if scale == .logScore, let index = measurements.firstIndex(where: { $0.score <= 0 }) {
      throw .scoreNotPositive(index: index)
    }
    return measurements.map { scale.value($0.score) }
  }

  /// The least and the most tokens.
  public var tokenRange: ClosedRange<Double> {
    let tokens = measurements.map(\.tokens)
    return (tokens.min() ?? 1)...(tokens.max() ?? 1)
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.measurements == right.measurements
  }
}

extension [Measurement] {
  /// The weights, scaled to a mean of 1.
  var relativeWeights: [Double] {
    // From shares of the heaviest: a sum of huge weights would not fit a double, and equal ones are
    // exactly 1.
    let heaviest = self.map(\.weight).max() ?? 1
    let shares = self.map { $0.weight / heaviest }
    let mean = shares.reduce(0, +) / Double(count)
    return shares.map { $0 / mean }
  }
}
