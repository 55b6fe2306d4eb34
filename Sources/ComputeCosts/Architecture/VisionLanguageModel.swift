/// An encoder, a connector and a language model, and what decides how many tokens pass between them.
public struct VisionLanguageModel: Sendable, Equatable {
  /// What a choice of n changes.
  public enum Budget: Sendable, Equatable {
    /// The encoder always sees an image in this layout, and n of its tokens are kept.
    case reduced(TokenReduction, from: ImageLayout)
    /// A processor setting decides what the encoder sees: these layouts, fewest tokens first.
    case processor([ProcessorBudget])
  }

  /// Sees the image.
  public let encoder: VisionEncoder
  /// Carries tokens to the language model.
  public let connector: Connector
  /// Reads the vision tokens and the text.
  public let language: LanguageModel
  /// What a choice of n changes.
  public let budget: Budget
  /// How its published weights are stored; `nil` where nobody says.
  public let storage: WeightStorage?
  /// Parameters of parts that neither an image nor text passes, such as an encoder of sound: they take memory, stored as
  /// the encoder's, and nothing is computed on them.
  public let idleParameters: Int

  /// A model from its parts; a processor has at least one budget, in order.
  public init(
    encoder: VisionEncoder, connector: Connector, language: LanguageModel, budget: Budget,
    storage: WeightStorage? = nil, idleParameters: Int = 0
  ) {
    precondition(idleParameters >= 0, "\(idleParameters) parameters")
    self.storage = storage
    self.idleParameters = idleParameters
    if case .processor(let budgets) = budget {
      precondition(!budgets.isEmpty, "a processor without a budget")
      precondition(
        zip(budgets, budgets.dropFirst()).allSatisfy { $0.tokens < $1.tokens }, "budgets in order")
    }
    self.encoder = encoder
    self.connector = connector
    self.language = language
    self.budget = budget
  }

  /// How the weights are stored: as asked for, as published, or in 16 bits where nobody says.
  public func storage(allAs type: DataType?) -> WeightStorage {
    type.map { WeightStorage($0) } ?? storage ?? WeightStorage(.bf16)
  }
}

/// What one request asks of a model.
public struct Workload: Sendable, Equatable {
  /// Images in the prompt, at least 1. Each gets n vision tokens.
  public let images: Int
  /// Text tokens in the prompt, the family's marker tokens among them, at least 0.
  public let textTokens: Int
  /// Tokens generated, at least 1. With 1 a request is prefill alone.
  public let outputTokens: Int
  /// Requests computed together, at least 1. Counts are for all of them.
  public let batch: Int

  /// A workload from its parts.
  public init(images: Int, textTokens: Int, outputTokens: Int, batch: Int) {
    precondition(
      images >= 1 && textTokens >= 0 && outputTokens >= 1 && batch >= 1,
      "a request needs an image, an output token and a batch of 1 at least, found \(images), "
        + "\(textTokens), \(outputTokens), \(batch)")
    self.images = images
    self.textTokens = textTokens
    self.outputTokens = outputTokens
    self.batch = batch
  }

  /// The positions of one request from its first token to its last: prompt and output, which is what a context
  /// has to hold.
  ///
  /// - Parameter visionTokens: Of each image; 0 where they stand beside the text, as under cross-attention.
  package func positions(visionTokens: Int) -> Int128 {
    Int128(images) * Int128(visionTokens) + Int128(textTokens) + Int128(outputTokens)
  }

  /// The request with the fewest tokens beside those of its images: no text, and one token generated. What does
  /// not fit with it fits with no text.
  ///
  /// - Parameter images: At least 1.
  public static func shortest(images: Int) -> Workload {
    Workload(images: images, textTokens: 0, outputTokens: 1, batch: 1)
  }
}
