extension VisionLanguageModel {
  /// FLOPs of one request on images whose layouts are known: what ``RequestCost`` gives as a
  /// function of n, at one point and for images of any sizes.
  ///
  /// - Parameters:
  ///   - images: What the processor made of each image; empty for text alone.
  ///   - workload: Text, output and batch; its number of images is not used.
  ///   - convention: How operations are counted.
  /// - Throws: ``CountOverflow`` when a count passes 1.7e38.
  public func breakdown(
    of images: [ImageLayout], under workload: Workload, convention: Convention = Convention()
  ) throws(CountOverflow) -> FLOPBreakdown {
    let vision = try visionFLOPs(of: images, convention)
    var tokens: Int128 = 0
    for image in images { tokens = try tokens.plus(Int128(image.tokens)) }
    return try breakdown(
      tokens: tokens, states: try statesRead(of: images, convention: convention),
      vision: (try vision.encoder.total(), vision.connector),
      workload, convention)
  }

  /// FLOPs of the language model alone on a prompt with vision tokens, whatever made them.
  ///
  /// - Parameters:
  ///   - visionTokens: Vision tokens of the whole prompt, at least 0.
  ///   - workload: Text, output and batch; its number of images is not used.
  ///   - convention: How operations are counted.
  /// - Returns: A breakdown whose encoder and connector are `nil`.
  /// - Throws: ``CountOverflow`` when a count passes 1.7e38.
  public func languageBreakdown(
    visionTokens: Int, under workload: Workload, convention: Convention = Convention()
  ) throws(CountOverflow) -> FLOPBreakdown {
    try breakdown(
      tokens: Int128(visionTokens), states: Int128(visionTokens), vision: nil, workload, convention)
  }

  private func breakdown(
    tokens: Int128, states: Int128, vision: (encoder: Int128, connector: Int128)?,
    _ workload: Workload, _ convention: Convention
  ) throws(CountOverflow) -> FLOPBreakdown {
    let isCross = language.crossLayers > 0
    let prompt = try Int128(workload.textTokens).plus(isCross ? 0 : tokens)
    guard let promptTokens = Int(exactly: prompt) else { throw CountOverflow() }
    let batch = Int128(workload.batch)
    let counts = try LanguageCost(
      language, outputTokens: workload.outputTokens, states: isCross ? states : 0,
      convention: convention
    ).parts.map { part throws(CountOverflow) in try part.value(at: promptTokens).times(batch) }
    let parts = FLOPBreakdown.Parts(
      visionEncoder: try vision?.encoder.times(batch),
      connector: try vision?.connector.times(batch),
      prefillLinear: counts.prefillLinear, prefillAttention: counts.prefillAttention,
      lmHead: counts.head, lmHeadLast: counts.headPerPosition,
      decodeStepLinear: counts.decodeStepLinear, decodeStepAttention: counts.decodeStepAttention,
      decode: counts.decode)
    return FLOPBreakdown(
      parts: parts,
      total: try counts.prefillLinear.plus(counts.prefillAttention).plus(counts.head)
        .plus(counts.decode).plus(parts.visionEncoder ?? 0).plus(parts.connector ?? 0))
  }

  /// The states of images that cross-attention reads: all of them, those of padding tiles among
  /// them, or with padding left out the vision tokens.
  public func statesRead(
    of images: [ImageLayout], convention: Convention = Convention()
  ) throws(CountOverflow) -> Int128 {
    var states: Int128 = 0
    for image in images {
      states = try states.plus(
        Int128(convention.padding == .counted ? self.states(of: image) : image.tokens))
    }
    return states
  }

  /// FLOPs of encoder and connector on images.
  public func visionFLOPs(
    of images: [ImageLayout], _ convention: Convention = Convention()
  ) throws(CountOverflow) -> (encoder: EncoderFLOPs, connector: Int128) {
    let connector = try connector.flops(
      of: images, encoder: encoder, languageHidden: language.hidden, convention: convention)
    return (
      try encoder.flops(of: images, convention: convention),
      try connector.linear.plus(connector.attention)
    )
  }

  /// FLOPs of encoder and connector on images of one layout.
  func visionFLOPs(
    of layout: ImageLayout, images: Int, _ convention: Convention
  ) throws(CountOverflow) -> (encoder: EncoderFLOPs, connector: Int128) {
    var one = try visionFLOPs(of: [layout], convention)
    let count = Int128(images)
    one.encoder.convolution = try one.encoder.convolution.times(count)
    one.encoder.linear = try one.encoder.linear.times(count)
    // Packed images attend to each other.
    one.encoder.attention = try one.encoder.attention.times(count)
      .times(encoder.attention == .packed ? count : 1)
    one.connector = try one.connector.times(count)
    return one
  }

  /// Encoder states of an image, those of padding tiles among them.
  func states(of layout: ImageLayout) -> Int {
    (layout.inputs + layout.paddingInputs).reduce(0) {
      $0 + $1.count * ($1.patches + (encoder.classToken ? 1 : 0))
    }
  }

  /// The states that cross-attention sees of an image whatever n is: those of the padded tiles.
  /// `nil` where they vary.
  var paddedStates: Int? {
    switch budget {
    case .reduced: return nil
    case .processor(let budgets):
      let states = budgets.map { self.states(of: $0.layout) }
      return states.allSatisfy { $0 == states[0] } ? states[0] : nil
    }
  }
}
