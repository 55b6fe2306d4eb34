import SourceText

/// Scores of one model on one benchmark at several token counts, as they were measured.
public struct MeasurementSeries: Sendable, Equatable {
  /// One score.
  public struct Point: Sendable, Equatable {
    /// Vision tokens per image; greater than 0.
    public var tokens: Double
    /// The score, or the error where ``MeasurementSeries/isError`` says so; finite.
    public var score: Double
    /// Parameters of the language model in billions, when the file has them; greater than 0.
    public var parametersBillions: Double?
    /// How much the point counts beside the others, when the file says so; greater than 0.
    public var weight: Double?
    /// Where the score was read; `nil` when it came from code.
    public var location: SourceLocation?

    /// A point from its parts.
    public init(
      tokens: Double, score: Double, parametersBillions: Double? = nil, weight: Double? = nil,
      location: SourceLocation? = nil
    ) {
      self.tokens = tokens
      self.score = score
      self.parametersBillions = parametersBillions
      self.weight = weight
      self.location = location
    }

    /// The line and columns of ``location``, for a diagnostic.
    ///
    /// - Complexity: O(size of the file).
    public var place: SourcePlace? { location?.place }
  }

  /// What tells the series from others of its file.
  public var name: String?

  /// What the score is, when the file says so.
  public var metric: String?

  /// Whether the scores are errors, of which fewer are better: 1 − score, or 100 − score in percent.
  public var isError: Bool

  /// The score that an error of 0 stands for, where the file has scores and errors that always add up
  /// to it.
  public var top: Double?

  /// The points in the file's order. Token counts may repeat, and need not be sorted.
  public var points: [Point]

  /// The file, or the first of several.
  public var file: String

  /// A series from its parts.
  public init(
    name: String? = nil, metric: String? = nil, isError: Bool = false, points: [Point],
    file: String
  ) {
    self.name = name
    self.metric = metric
    self.isError = isError
    self.points = points
    self.file = file
  }
}
