import SourceText

/// What an embedding can be told beside the config, as the texts of this library refer to it.
extension Parameter {
  /// The framework that a config is for.
  public static let framework = Parameter("framework")
  /// The answer to a question as a file of JSON.
  public static let adviceAsJSON = Parameter("advice_as_json")
  /// That every image is kept within the budget where rounding would take some above it.
  public static let safe = Parameter("safe")
  /// The model's family. `TokenBudget`, which this library does not know, has the public one.
  static let family = Parameter("family")
}
