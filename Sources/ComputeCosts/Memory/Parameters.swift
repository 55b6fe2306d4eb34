/// The parameters of a model, by part.
public struct ParameterCounts: Sendable, Equatable {
  /// The encoder, position embeddings among them.
  public let visionEncoder: Int128
  /// The connector.
  public let connector: Int128
  /// The language model's layers and final norm, every expert counted.
  public let languageLayers: Int128
  /// What one token meets of the layers: with a mixture of experts less than all.
  public let activeLanguageLayers: Int128
  /// The input embedding, and those that layers have of their own.
  public let embedding: Int128
  /// The output head; 0 where it shares the embedding's weights.
  public let head: Int128
  /// Parts that neither an image nor text passes; 0 in most models.
  public let idle: Int128

  /// All parameters.
  public var total: Int128 {
    visionEncoder + connector + languageLayers + embedding + head + idle
  }
}

extension VisionLanguageModel {
  /// The parameters by part.
  ///
  /// - Throws: ``CountOverflow``.
  public func parameters() throws(CountOverflow) -> ParameterCounts {
    let embedding = try Int128.product(language.embeddingRows, language.hidden)
      .plus(language.layerEmbeddingTable())
    let vectors = Int128(language.vectorParameters)
    return ParameterCounts(
      visionEncoder: try encoder.matrixParameters().plus(Int128(encoder.vectorParameters)),
      connector: try connector.matrixParameters(languageHidden: language.hidden)
        .plus(Int128(connector.vectorParameters)),
      languageLayers: try language.matrixParameters().plus(vectors),
      activeLanguageLayers: try language.activeMatrixParameters().plus(vectors),
      embedding: embedding,
      head: language.tiedEmbeddings ? 0 : try Int128.product(language.vocabulary, language.hidden),
      idle: Int128(idleParameters))
  }
}

extension LanguageModel {
  /// Numbers in the key/value cache of one request; states that do not grow are not among them.
  ///
  /// `2·k·e` for each layer and cached position; a sliding layer caches W positions at most, a
  /// cross-attention layer the vision states.
  ///
  /// - Parameters:
  ///   - positions: Cached positions of the sequence.
  ///   - states: Vision states of cross-attention; 0 where there are none.
  /// - Throws: ``CountOverflow``.
  package func cacheSize(positions: Int128, states: Int128) throws(CountOverflow) -> Int128 {
    try overLayers { form throws(CountOverflow) in try form.cached(positions: positions) }
      .plus(attention().cached(positions: states).times(Int128(crossLayers)))
  }

  /// Bytes of the key/value caches and states of a batch of requests.
  ///
  /// - Throws: ``CountOverflow``.
  package func cacheBytes(
    positions: Int128, states: Int128, batch: Int, storedAs type: DataType
  ) throws(CountOverflow) -> Int128 {
    try type.bytes(of: cacheSize(positions: positions, states: states).times(Int128(batch)))
      .plus(stateBytes(batch: batch))
  }

  /// Bytes of the states, in fp32, of a batch of requests.
  func stateBytes(batch: Int) throws(CountOverflow) -> Int128 {
    try overLayers { form throws(CountOverflow) in try form.state() }.times(4).times(Int128(batch))
  }

  /// Bytes of caches and states that the decode steps of a batch move, summed over the steps: step i reads what
  /// was cached before it and what it adds; a state is read and written back as a whole.
  func cacheReads(
    prompt: Int128, steps: Int128, states: Int128, batch: Int, storedAs type: DataType
  ) throws(CountOverflow) -> Int128 {
    let numbers = try overLayers { form throws(CountOverflow) in
      try form.cacheReads(prompt: prompt, steps: steps)
    }.plus(attention().cached(positions: states).times(steps).times(Int128(crossLayers)))
    return try type.bytes(of: numbers.times(Int128(batch)))
      .plus(stateBytes(batch: batch).times(2).times(steps))
  }
}
