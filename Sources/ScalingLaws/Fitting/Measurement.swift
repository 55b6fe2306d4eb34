/// One measured point: the score of a model that gives every image n tokens.
public struct Measurement: Sendable, Equatable {
  /// n, greater than 0; fractional when it is a mean over images.
  public let tokens: Double
  /// The score, in the metric's unit.
  public let score: Double

  /// A measured point.
  public init(tokens: Double, score: Double) {
    self.tokens = tokens
    self.score = score
  }
}
