/// An encoder, a connector and a language model, and where tokens are reduced between them.
public struct VisionLanguageModel: Sendable, Equatable {
  /// Sees every image at full size, whatever n is.
  public var encoder: VisionTransformer
  /// Carries tokens to the language model.
  public var connector: Connector
  /// Whether the connector runs on all patches or on the n tokens kept.
  public var reduction: TokenReduction
  /// Reads the vision tokens and the text.
  public var language: LanguageModel

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
  public var images: Int
  /// Text tokens in the prompt, at least 0.
  public var textTokens: Int
  /// Tokens generated, at least 1. With 1 a request is prefill alone.
  public var outputTokens: Int
  /// Requests computed together, at least 1. Counts are for all of them.
  public var batch: Int

  /// A workload from its parts.
  public init(images: Int, textTokens: Int, outputTokens: Int, batch: Int) {
    self.images = images
    self.textTokens = textTokens
    self.outputTokens = outputTokens
    self.batch = batch
  }
}
