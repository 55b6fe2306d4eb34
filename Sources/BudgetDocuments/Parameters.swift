import SourceText

/// What a question, a fit, an estimate or an import can be told beside its documents and files, as the
/// texts of this library refer to it.
extension Parameter {
  // What a caller may ask for next: commands, or addresses of a service.
  /// Advice on a policy.
  public static let advise = Parameter("advise")
  /// A profile from measurements.
  public static let fit = Parameter("fit")
  /// A budget into a config.
  public static let embed = Parameter("embed")

  // Questions
  /// Which law decides, and which law is fitted.
  public static let law = Parameter("law")
  /// How far beyond the measured token counts candidates go.
  public static let beyond = Parameter("beyond")
  /// The least share of the best score.
  public static let keep = Parameter("keep")
  /// That models of several designs score alike.
  public static let sameScores = Parameter("same_scores")
  /// A change of a document, or a processor setting.
  public static let set = Parameter("set")
  /// About how many points of a front are looked at.
  public static let rows = Parameter("rows")
  /// How many measurements a plan has.
  public static let points = Parameter("points")

  // Fits
  /// In what residuals are taken.
  public static let residuals = Parameter("residuals")
  /// The scores that stand for errors of 1 and 0.
  public static let metricRange = Parameter("metric_range")
  /// The unit of scores.
  public static let unit = Parameter("unit")
  /// The token count of the unreduced model.
  public static let unreducedTokens = Parameter("unreduced_tokens")
  /// The columns that tell series apart.
  public static let seriesBy = Parameter("series_by")
  /// The benchmark of result files.
  public static let benchmark = Parameter("benchmark")
  /// The metric of result files.
  public static let metric = Parameter("metric")

  // Models
  /// The model's family.
  public static let family = Parameter("family")
  /// The model's published configuration.
  public static let configuration = Parameter("config")
  /// The model's published processor file.
  public static let processor = Parameter("processor")

  // Estimates
  /// The size of an image.
  public static let image = Parameter("image")
  /// The frames a second of a video.
  public static let videoRate = Parameter("fps")
  /// The tiles of an image.
  public static let tiles = Parameter("tiles")
  /// The vision tokens of a request.
  public static let visionTokens = Parameter("vision_tokens")
  /// The accelerator.
  public static let hardware = Parameter("hardware")
  /// The number format of weights.
  public static let dtype = Parameter("dtype")
  /// How many accelerators share the work.
  public static let devices = Parameter("devices")
}
