/// Which parts of a model are trained, and how.
public struct TrainingPlan: Sendable, Equatable {
  /// How a part takes part in training.
  public enum Mode: Sendable, Equatable {
    /// Its weights stay.
    case frozen
    /// All its weights are trained.
    case full
    /// Its weights stay; low-rank adapters of this rank beside every matrix are trained.
    case lora(rank: Int)
  }

  /// The encoder.
  public var encoder: Mode
  /// The connector.
  public var connector: Mode
  /// The language model with embedding and head. Adapters are beside the matrices of its layers.
  public var language: Mode

  /// A plan from its parts; adapters are known for the language model only.
  public init(encoder: Mode, connector: Mode, language: Mode) {
    for mode in [encoder, connector] {
      if case .lora = mode { preconditionFailure("adapters beside the language model only") }
    }
    if case .lora(let rank) = language { preconditionSizes([rank]) }
    self.encoder = encoder
    self.connector = connector
    self.language = language
  }
}

/// What a part's forward pass is multiplied by to have its backward pass too.
struct PassFactors: Equatable {
  /// Of products with weights.
  let linear: Int128
  /// Of attention, both of whose operands are activations.
  let attention: Int128

  /// Of a part in a mode, where gradients have to pass through it (`reached`) or end before it.
  ///
  /// A trained part costs 3 times its forward pass. Frozen weights that gradients pass through need none of
  /// their own: 2 times the products with them, 3 times attention. Before any trained part: the forward pass.
  init(_ mode: TrainingPlan.Mode, reached: Bool) {
    (linear, attention) =
      switch mode {
      case .full: (3, 3)
      case .lora: (2, 3)
      case .frozen: reached ? (2, 3) : (1, 1)
      }
  }

  /// What a pass of so many FLOPs costs forward and backward.
  func cost(linear: Int128, attention: Int128) throws(CountOverflow) -> Int128 {
    try linear.times(self.linear).plus(attention.times(self.attention))
  }
}

extension TrainingPlan {
  /// Factors of the encoder: nothing before it is trained.
  var encoderFactors: PassFactors { PassFactors(encoder, reached: false) }
  /// Factors of the connector.
  var connectorFactors: PassFactors { PassFactors(connector, reached: encoder != .frozen) }
  /// Factors of the language model's layers, and of the head behind them by `linear`.
  var languageFactors: PassFactors {
    PassFactors(language, reached: encoder != .frozen || connector != .frozen)
  }
}
