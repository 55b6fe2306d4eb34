/// The part that carries vision tokens from the encoder's width to the language model's.
public enum Connector: String, Sendable, CaseIterable {
  /// Two linear layers with an activation between them, d_v → d → d (LLaVA-1.5).
  case mlp2

  /// FLOPs for one token.
  ///
  /// - Parameters:
  ///   - encoderHidden: The encoder's width d_v.
  ///   - languageHidden: The language model's width d.
  /// - Throws: ``CountOverflow``.
  func flopsPerToken(encoderHidden: Int, languageHidden: Int) throws(CountOverflow) -> Int128 {
    switch self {
    case .mlp2:
      try Int128.product(2, encoderHidden, languageHidden)
        .plus(Int128.product(2, languageHidden, languageHidden))
    }
  }
}

/// Where the patches of an image are reduced to the n tokens that the language model sees.
public enum TokenReduction: String, Sendable, CaseIterable {
  /// The connector runs on the n tokens that are kept.
  case beforeConnector = "before-connector"
  /// The connector runs on every patch, and its output is reduced to n tokens.
  case afterConnector = "after-connector"
}
