import ScalingLaws
import SourceText

/// Scores of one model on one benchmark at several token counts, as they were measured.
public struct MeasurementSeries: Sendable, Equatable {
  /// A measurement and its place in the file.
  @dynamicMemberLookup
  public struct Point: Sendable, Equatable {
    /// The measurement; its score is an error where ``MeasurementSeries/isError`` says so.
    public var measurement: Measurement
    /// Where the score was read; `nil` when it came from code.
    public var location: SourceLocation?
    /// Whether the file has a count and no score: the score is then the count's share, from 0 to 1, until
    /// the metric's range is known.
    package var isScoreCounted = false

    /// A point from its parts.
    public init(_ measurement: Measurement, location: SourceLocation? = nil) {
      self.measurement = measurement
      self.location = location
    }

    /// The measurement's parts, as if they were the point's.
    public subscript<Value>(dynamicMember part: WritableKeyPath<Measurement, Value>) -> Value {
      get { measurement[keyPath: part] }
      set { measurement[keyPath: part] = newValue }
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

  /// Whose scores these are, as far as the file says.
  public var model = MeasuredModel()

  /// Whether the scores are errors, of which fewer are better: 1 − score, or 100 − score in percent.
  public var isError: Bool

  /// The score that an error of 0 stands for, where the file has scores and errors that always add up
  /// to it.
  public var top: Double?

  /// The points in the file's order. Token counts may repeat, and need not be sorted.
  public var points: [Point]

  /// The file, or the first of several.
  public var file: String

  /// The series without what was measured of the unreduced model, another treatment.
  public var withoutUnreduced: MeasurementSeries {
    var series = self
    series.points.removeAll { $0.isUnreduced }
    return series
  }

  /// The measurements of the points.
  public var measurements: [Measurement] { points.map(\.measurement) }

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
