/// What training on one sample costs, and what it holds in memory.
public struct TrainingCost: Sendable, Equatable {
  /// Forward and backward FLOPs of the encoder.
  public let encoder: Int128
  /// Forward and backward FLOPs of the connector.
  public let connector: Int128
  /// Forward and backward FLOPs of the language model's layers, adapters among them.
  public let language: Int128
  /// Forward and backward FLOPs of the output head at every position.
  public let head: Int128
  /// Parameters that are trained.
  public let trainedParameters: Int128
  /// Bytes of weights, in the type that they are stored in.
  public let weightBytes: Int128
  /// Bytes of gradients: 2 a trained parameter (bf16).
  public let gradientBytes: Int128
  /// Bytes of the optimizer: 12 a trained parameter (AdamW: two moments and a master copy in fp32).
  public let optimizerBytes: Int128

  /// FLOPs of a run over samples.
  ///
  /// - Throws: ``CountOverflow`` past 1.7e38.
  public func checkedTotal(samples: Int) throws(CountOverflow) -> Int128 {
    try encoder.plus(connector).plus(language).plus(head).times(Int128(samples))
  }

  /// FLOPs of a sample.
  public var total: Int128 { encoder + connector + language + head }
  /// Bytes of all states; activations are not among them.
  public var stateBytes: Int128 { weightBytes + gradientBytes + optimizerBytes }
}

extension VisionLanguageModel {
  /// The cost of training on one sample of `images` and `sequence` text tokens, answer included.
  ///
  /// Forward and backward by the factors of `PassFactors`; nothing is recomputed.
  ///
  /// - Parameters:
  ///   - images: What the processor made of each image.
  ///   - sequence: Text tokens of the sample, at least 1.
  ///   - plan: What is trained.
  ///   - weights: How all weights are stored; `nil` for as the model says, and 16 bits where it does not.
  ///   - convention: How operations are counted, those of the images too; the head is counted at every position.
  /// - Throws: ``CountOverflow``.
  public func trainingCost(
    on images: CountedImages, sequence: Int, plan: TrainingPlan, weights: DataType? = nil,
    convention: Convention = Convention()
  ) throws(CountOverflow) -> TrainingCost {
    var convention = convention
    convention.head = .all
    let vision = images.flops
    let workload = Workload(images: 1, textTokens: sequence, outputTokens: 1, batch: 1)
    let forward = try RequestCost(
      of: self, under: workload, images: .counted(images), convention: convention
    ).breakdown(at: images.tokens)
    guard let parts = forward.parts else { preconditionFailure("an architecture without parts") }

    let encoderLinear = try vision.encoder.convolution.plus(vision.encoder.linear)
    var languageCost = try plan.languageFactors.cost(
      linear: parts.prefillLinear, attention: parts.prefillAttention)
    let parameters = try parameters()
    var trained: Int128 = 0
    if plan.encoder == .full { trained = try trained.plus(parameters.visionEncoder) }
    if plan.connector == .full { trained = try trained.plus(parameters.connector) }
    switch plan.language {
    case .frozen: break
    case .full:
      trained = try trained.plus(parameters.languageLayers).plus(parameters.embedding)
        .plus(parameters.head)
    case .lora(let rank):
      let adapters = try language.adapterWeights(rank: rank)
      trained = try trained.plus(adapters.all)
      var positions = Int128(sequence)
      var states: Int128 = 0
      if language.crossLayers == 0 {
        positions += Int128(images.tokens)
      } else {
        states = images.states
      }
      languageCost = try languageCost.plus(
        adapters.active.times(positions).plus(adapters.perState.times(states))
          .plus(adapters.visionMore.times(Int128(images.tokens))).times(3)
          .times(convention.perMAC))
    }
    // Adapters are kept apart from the weights that they stand beside.
    let stored = try storage(allAs: weights).bytes(of: parameters)
    var adapterBytes: Int128 = 0
    if case .lora(let rank) = plan.language {
      adapterBytes = try language.adapterWeights(rank: rank).all.times(2)
    }
    let result = TrainingCost(
      encoder: try plan.encoderFactors.cost(
        linear: encoderLinear, attention: vision.encoder.attention),
      connector: try plan.connectorFactors.cost(
        linear: vision.connectorLinear, attention: vision.connectorAttention),
      language: languageCost, head: try parts.lmHead.times(plan.languageFactors.linear),
      trainedParameters: trained,
      weightBytes: try stored.plus(adapterBytes), gradientBytes: try trained.times(2),
      optimizerBytes: try trained.times(12))
    // Sums of the parts are taken without a check from here on.
    _ = try result.checkedTotal(samples: 1)
    _ = try result.weightBytes.plus(result.gradientBytes).plus(result.optimizerBytes)
    return result
  }
}

extension LanguageModel {
  /// Weights of low-rank adapters beside every matrix of the layers: rank · (in + out) each; all of
  /// them, those that one position of the text meets, those that a vision state meets, and what a vision token with
  /// experts of its own meets more than one of the text.
  func adapterWeights(
    rank: Int
  ) throws(CountOverflow) -> (all: Int128, active: Int128, perState: Int128, visionMore: Int128) {
    let width = Int128(hidden)
    let attention = try overLayers { form throws(CountOverflow) in
      try form.adapterWidths(hidden: hidden)
    }.plus(attention().adapterWidths(hidden: hidden).times(Int128(crossLayers)))
      .plus(layerEmbeddingWidths()).plus(residualWidths())
    let dense = try denseHidden().plus(denseWidths()).times(Int128(mlpMatrices))
    var (all, active) = (
      try attention.plus(dense), try attention.plus(dense).plus(residualRepeatedWidths())
    )
    var visionMore: Int128 = 0
    if let experts {
      let one = try width.plus(Int128(experts.intermediate))
        .times(Int128(mlpMatrices)).times(Int128(sparseLayers))
      all = try all.plus(one.times(Int128(experts.experts)))
      active = try active.plus(one.times(Int128(experts.active)))
      if let vision = experts.visionIntermediate {
        let other = try width.plus(Int128(vision))
          .times(Int128(mlpMatrices)).times(Int128(sparseLayers))
        all = try all.plus(other.times(Int128(experts.experts)))
        visionMore = try other.plus(-one).times(Int128(experts.active))
      }
      if experts.sharedIntermediate > 0 {
        let shared = try width.plus(Int128(experts.sharedIntermediate))
          .times(Int128(mlpMatrices)).times(Int128(sparseLayers))
        all = try all.plus(shared)
        active = try active.plus(shared)
      }
    }
    // Keys and values of cross-attention are read from the vision states.
    let keys = try Int128.product(kvHeads, headDim)
    let perState = try width.plus(keys).times(2).times(Int128(crossLayers))
    return (
      try all.times(Int128(rank)), try active.plus(-perState).times(Int128(rank)),
      try perState.times(Int128(rank)), try visionMore.times(Int128(rank))
    )
  }
}
