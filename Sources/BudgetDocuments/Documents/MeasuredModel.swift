import SourceText

/// How the token counts of a series came about.
public enum TokenTreatment: String, Sendable, CaseIterable {
  /// A model was trained, or trained on, for each token count.
  case trainedPerBudget = "trained-per-budget"
  /// One model was trained to run at several token counts, like nested dolls.
  case nestedTraining = "nested-training"
  /// Tokens of one trained model were pruned or merged.
  case reducedWithoutTraining = "reduced-without-training"
  /// One trained model saw images of other sizes.
  case resolution
  /// Nobody says.
  case unknown

  /// What it means, in words.
  public var words: String {
    switch self {
    case .trainedPerBudget: "trained for each token count"
    case .nestedTraining: "one model trained at several token counts"
    case .reducedWithoutTraining: "tokens reduced without training"
    case .resolution: "one model, images resized"
    case .unknown: "how the tokens came about is not known"
    }
  }
}

/// Whose scores a series are.
public struct MeasuredModel: Sendable, Equatable {
  /// The model's published name, perhaps with a method behind a plus sign: `LLaVA-1.5-7B + FastV`.
  public var name: String?
  /// Billions of parameters of its language model; greater than 0.
  public var parametersBillions: Double?
  /// Its vision encoder, in words.
  public var vision: String?
  /// How the token counts came about.
  public var treatment: TokenTreatment?
  /// The token count of the whole model, where others have fewer of its tokens; greater than 0.
  public var unreducedTokens: Double?

  /// A model from what is known of it.
  public init(
    name: String? = nil, parametersBillions: Double? = nil, vision: String? = nil,
    treatment: TokenTreatment? = nil, unreducedTokens: Double? = nil
  ) {
    self.name = name
    self.parametersBillions = parametersBillions
    self.vision = vision
    self.treatment = treatment
    self.unreducedTokens = unreducedTokens
  }

  /// Whether nothing is known.
  public var isEmpty: Bool { self == MeasuredModel() }

  /// The model with what another statement says in its place.
  public func with(_ other: MeasuredModel) -> MeasuredModel {
    MeasuredModel(
      name: other.name ?? name, parametersBillions: other.parametersBillions ?? parametersBillions,
      vision: other.vision ?? vision, treatment: other.treatment ?? treatment,
      unreducedTokens: other.unreducedTokens ?? unreducedTokens)
  }

  /// Whether a token count is that of the whole model in a series of reduced ones.
  package func isUnreduced(at tokens: Double) -> Bool {
    treatment == .reducedWithoutTraining && unreducedTokens == tokens
  }

  /// Reads the `model` of a profile.
  static func decode(_ field: Field) -> MeasuredModel? {
    guard var reader = field.mapping() else { return nil }
    var model = MeasuredModel()
    model.name = reader.optional("name")?.text()
    model.parametersBillions = reader.optional("params_billions")?.number(.billions)
    model.vision = reader.optional("vision")?.text()
    model.treatment = reader.optional("how")?.word(among: TokenTreatment.allCases.map(\.rawValue))
      .flatMap(TokenTreatment.init)
    let unreduced = reader.optional("unreduced_tokens")
    model.unreducedTokens = unreduced?.number(.tokens)
    reader.finish()
    if let unreduced, !field.sink.hasErrors, model.treatment != .reducedWithoutTraining {
      unreduced.report(
        .unreducedWithoutReduction,
        "\(unreduced.name) is the whole model's count where tokens are reduced without training",
        suggestion: "add 'how: reduced-without-training', or leave it out")
    }
    return model
  }
}

extension Diagnostic.Code {
  /// A whole model's token count in a series where no tokens are taken away.
  public static let unreducedWithoutReduction = Self("profile.unreduced-without-reduction")
}
