import BudgetDocuments
import ScalingLaws

/// How measurements are to be fitted, and what is known of their metric.
public struct FitRequest: Sendable, Equatable {
  /// Laws, residuals and robustness.
  public var options: FitOptions
  /// Where the residuals of a joint law are taken.
  public var jointScale: JointScale
  /// Whether the residuals were chosen, not left to the kind of law.
  public var isScaleGiven: Bool
  /// The law to take; the one with the lowest AICc by default.
  public var law: String?
  /// How an interpolated law runs between measurements; needed for `law: "interpolated"`.
  public var interpolation: InterpolatedLaw.Method
  /// The metric's name; by default the file's.
  public var metricName: String?
  /// The metric's unit; by default percent where the range is 0 to 100, else points.
  public var unit: ScoreUnit?
  /// The scores that are possible. Errors become scores with it; by default errors run from 0 to 1.
  public var range: ClosedRange<Double>?
  /// The score of guessing.
  public var chance: Double?
  /// How many questions a score is a mean over, where a measurement does not say.
  public var questions: Int?
  /// Whose scores they are, as far as it is said beside the file; it wins over the file.
  public var model = MeasuredModel()
  /// How parameters are drawn by whoever asks the profile for its uncertainty.
  public var draws: ParameterDraws.Recipe
  /// Token counts to predict the score at.
  public var predictions: [Double]

  /// A request with everything by default.
  public init() {
    options = FitOptions()
    jointScale = .error
    isScaleGiven = false
    interpolation = .pchip
    draws = ParameterDraws.Recipe()
    predictions = []
  }
}
