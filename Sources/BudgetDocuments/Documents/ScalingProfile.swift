import ScalingLaws
import SourceText

/// Scores of one model on one benchmark against vision tokens, and the law fitted to them.
public struct ScalingProfile: Document {
  /// What the scores are.
  public struct Metric: Sendable, Equatable {
    /// The benchmark's name.
    public var name: String
    /// What it counts in.
    public var unit: ScoreUnit
    /// The lowest and the highest score it can give; `nil` when that is not stated.
    public var range: ClosedRange<Double>?
    /// The score of guessing; `nil` when that is not stated.
    public var chance: Double?
    /// How many questions a score is a mean over, where a measurement does not say; `nil` when that is
    /// not stated.
    public var questions: Int?

    /// A metric from its parts.
    public init(
      name: String, unit: ScoreUnit, range: ClosedRange<Double>? = nil, chance: Double? = nil,
      questions: Int? = nil
    ) {
      self.questions = questions
      self.name = name
      self.unit = unit
      self.range = range
      self.chance = chance
    }
  }

  public static let kind = DocumentKind.scalingProfile

  public var id: String
  public var title: String?
  /// What the scores are.
  public var metric: Metric
  /// Whose scores these are; `nil` where the profile does not say.
  public var model: MeasuredModel?
  /// What was measured, in the order of the document; empty when only a law is known.
  public var measurements: [Measurement]
  /// What was measured of the treatment that the law is about: all but the unreduced model.
  public var fittedMeasurements: [Measurement] { measurements.filter { !$0.isUnreduced } }
  /// What was fitted, and on which range of token counts. Of a joint law, the law at the largest size
  /// that was measured; see ``joint``.
  public var law: FittedLaw
  /// The law that the profile states, where a curve through its measurements decides instead of it; see
  /// ``deciding(by:)``.
  public internal(set) var statedLaw: FittedLaw?
  /// The law over model size and tokens, where the profile has one.
  public var joint: JointProfile?
  /// How the law was fitted, in words.
  public var fitMethod: String?
  /// The residual standard deviation in ln S as stated with the fit.
  public var statedResidualSD: Double?
  /// How sure the fit is; `nil` where the profile does not say.
  public var uncertainty: FitUncertainty?
  /// Where the measurements and the fit come from.
  public var source: Source?
  public var reading = DocumentReading.none

  /// A profile made in code.
  ///
  /// - Parameters:
  ///   - id: What reports and policies call it.
  ///   - title: Its title, for people.
  ///   - metric: What was measured, in which unit.
  ///   - measurements: May be empty; the reports then cannot say how well the law fits.
  ///   - law: The law and the token counts that it was fitted on.
  ///   - joint: The law over model size and tokens, where there is one.
  ///   - fitMethod: How the law was fitted, in words.
  ///   - statedResidualSD: The residual standard deviation in ln S.
  ///   - uncertainty: How sure the fit is.
  ///   - source: Where the numbers come from.
  ///   - model: The model that was measured.
  public init(
    id: String, title: String? = nil, metric: Metric, measurements: [Measurement] = [],
    law: FittedLaw, joint: JointProfile? = nil, fitMethod: String? = nil,
    statedResidualSD: Double? = nil, uncertainty: FitUncertainty? = nil, source: Source? = nil,
    model: MeasuredModel? = nil
  ) {
    self.model = model
    self.id = id
    self.title = title
    self.metric = metric
    self.measurements = measurements
    self.law = law
    self.joint = joint
    self.fitMethod = fitMethod
    self.statedResidualSD = statedResidualSD
    self.uncertainty = uncertainty
    self.source = source
  }

  /// The token counts between which scores are known: those measured, and those that the law was fitted on.
  /// The unreduced model's count is none of them: what reducing tokens does between it and the others is not
  /// known.
  public var measuredTokens: ClosedRange<Double> {
    let tokens = fittedMeasurements.map(\.tokens)
    let fitted = law.fittedTokens
    return min(
      tokens.min() ?? fitted.lowerBound, fitted.lowerBound)...max(
        tokens.max() ?? fitted.upperBound, fitted.upperBound)
  }

  /// The scores that can be: the metric's range, or else 0 to 100 percent where no measurement lies outside;
  /// `nil` where that is not known.
  public var possibleScores: ClosedRange<Double>? {
    if let range = metric.range { return range }
    let percent = 0.0...100.0
    return metric.unit == .percent && measurements.allSatisfy { percent.contains($0.score) }
      ? percent : nil
  }

  /// The law's score at a token count, bent where it leaves ``possibleScores``.
  package func score(at tokens: Double) -> Double {
    let score = law.law.score(at: tokens)
    return possibleScores.map { min(max(score, $0.lowerBound), $0.upperBound) } ?? score
  }
}
