/// An encoder, a connector and a language model, and where tokens are reduced between them.
public struct VisionLanguageModel: Sendable, Equatable {
  /// Sees every image at full size, whatever n is.
  public let encoder: VisionTransformer
  /// Carries tokens to the language model.
  public let connector: Connector
  /// Whether the connector runs on all patches or on the n tokens kept.
  public let reduction: TokenReduction
  /// Reads the vision tokens and the text.
  public let language: LanguageModel

  /// A model from its parts.
  public init(
    encoder: VisionTransformer, connector: Connector, reduction: TokenReduction,
    language: LanguageModel
  ) {
    self.encoder = encoder
    self.connector = connector
    self.reduction = reduction
    self.language = language
  }
}

/// What one request asks of a model.
public struct Workload: Sendable, Equatable {
  /// Images in the prompt, at least 1. Each gets n vision tokens.
  public let images: Int
  /// Text tokens in the prompt, at least 0.
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
}
