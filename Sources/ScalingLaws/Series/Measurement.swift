/// One measured point: the score of a model that gives every image n tokens, and all that is known of
/// it beforehand.
///
/// The one type for it: tables, result files and profiles are read into it, series are made of it, and
/// fits, regimes, draws and the advisor take it whole.
public struct Measurement: Sendable, Equatable {
  /// n, greater than 0; fractional when it is a mean over images.
  public var tokens: Double
  /// The score, in the metric's unit.
  public var score: Double
  /// How much the point counts beside the others: proportional to one over the variance of its noise.
  /// Greater than 0; only ratios matter.
  public var weight: Double
  /// The standard error of the score as it was stated, in the metric's unit; greater than 0. A floor of
  /// the noise, never its estimate: it says what other questions would have given, not what another run
  /// would.
  public var standardError: Double?
  /// How many questions the score is a mean over; greater than 0.
  public var questions: Int?
  /// How many of the questions were answered rightly, where the score is just their share.
  public var count: ExactCount?
  /// The language model's parameters in billions, where sizes differ; greater than 0.
  public var parametersBillions: Double?
  /// Whether the model saw all its tokens here while fewer were made of them at the other points: another
  /// treatment than theirs.
  public var isUnreduced: Bool

  /// A measured point.
  public init(
    tokens: Double, score: Double, weight: Double = 1, standardError: Double? = nil,
    questions: Int? = nil, count: ExactCount? = nil, parametersBillions: Double? = nil,
    isUnreduced: Bool = false
  ) {
    self.tokens = tokens
    self.score = score
    self.weight = weight
    self.standardError = standardError
    self.questions = questions
    self.count = count
    self.parametersBillions = parametersBillions
    self.isUnreduced = isUnreduced
  }
}

/// Right answers among questions.
public struct ExactCount: Sendable, Equatable {
  /// How many answers were right; at most ``total``.
  public let right: Int
  /// How many questions there were; greater than 0.
  public let total: Int

  /// Right answers among questions.
  ///
  /// - Returns: `nil` unless 0 ≤ right ≤ total and total > 0.
  public init?(right: Int, of total: Int) {
    guard total > 0, (0...total).contains(right) else { return nil }
    self.right = right
    self.total = total
  }
}

extension Sequence where Element == Measurement {
  /// The mean score, each point as it weighs; `nil` where there is no point.
  ///
  /// - Complexity: O(m).
  public var meanScore: Double? {
    // Sums of huge weights would not fit a double.
    guard let heaviest = self.map(\.weight).max() else { return nil }
    var (sum, weights) = (0.0, 0.0)
    for point in self {
      sum += point.weight / heaviest * point.score
      weights += point.weight / heaviest
    }
    return sum / weights
  }
}
