/// The FLOPs of one request as exact functions of n, compiled once for a model, a workload and a
/// convention.
public struct RequestCost: Sendable, Equatable {
  /// The parts; `nil` where only totals are known.
  public let parts: RequestParts<PiecewiseQuadratic>?

  /// The whole request, for all requests of the batch.
  public let total: PiecewiseQuadratic

  /// How operations are counted; `nil` where only totals are known.
  public let convention: Convention?

  /// How many vision tokens n stands for: the images of the workload, or 1 where it counts all tokens.
  let tokensPerN: Int

  /// Vision states of cross-attention, whatever n is; `nil` where they are as many as vision tokens.
  let fixedStates: Int128?

  /// A cost of which only the total is known.
  public init(total: TokenPolynomial) {
    parts = nil
    convention = nil
    tokensPerN = 1
    fixedStates = nil
    self.total = PiecewiseQuadratic(total)
  }

  /// The cost of a workload on a model.
  ///
  /// With I images of n tokens, T text tokens and O output tokens the prompt has P = I·n + T
  /// positions. Prefill pays for P tokens and P² pairs. Decode step i = 0 … O − 2 finds P + i
  /// positions cached and attends to P + i + 1. Where the language model reads vision tokens by
  /// cross-attention, P = T.
  ///
  /// Under ``VisionLanguageModel/Budget/processor(_:)`` an n between two budgets costs what the
  /// encoder costs at the larger one, whose surplus is dropped.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - workload: Text, output and batch; its number of images where these are the budget's.
  ///   - images: What makes the vision tokens, and what n counts.
  ///   - convention: How operations are counted; counted images were counted so too.
  /// - Throws: ``CountOverflow`` when a coefficient passes 1.7e38.
  /// - Complexity: O(budgets).
  public init(
    of model: VisionLanguageModel, under workload: Workload, images: RequestImages = .budget,
    convention: Convention = Convention()
  ) throws(CountOverflow) {
    var vision: (encoder: PiecewiseQuadratic, connector: PiecewiseQuadratic)?
    switch images {
    case .budget:
      vision = try model.visionCost(images: workload.images, convention)
      tokensPerN = workload.images
      fixedStates =
        convention.padding == .counted
        ? try model.paddedStates.map { padded throws(CountOverflow) in
          try Int128(workload.images).times(Int128(padded))
        } : nil
    case .counted(let images):
      vision = (
        PiecewiseQuadratic(fixed: try images.flops.encoder.total()),
        PiecewiseQuadratic(fixed: images.flops.connector)
      )
      tokensPerN = 1
      fixedStates = images.states
    case .unknown:
      tokensPerN = 1
      fixedStates = nil
    }
    var parts = try RequestParts(
      of: model, under: workload, tokensPerN: tokensPerN, states: fixedStates, convention)
    parts.visionEncoder = vision?.encoder
    parts.connector = vision?.connector
    let batch = Int128(workload.batch)
    parts = try parts.map { part throws(CountOverflow) in try part.times(batch) }
    self.parts = parts
    self.convention = convention
    total = try parts.total()
  }

  /// The request's FLOPs at n tokens an image.
  ///
  /// - Parameter tokens: n, at least 0.
  /// - Throws: ``CountOverflow`` when the total passes 1.7e38.
  /// - Complexity: O(log pieces).
  public func breakdown(at tokens: Int) throws(CountOverflow) -> FLOPBreakdown {
    FLOPBreakdown(
      parts: try parts?.map { part throws(CountOverflow) in try part.value(at: tokens) },
      total: try total.value(at: tokens))
  }
}

extension RequestCost {
  /// Encoder and connector as a part of all at n tokens an image, 0 to 1; `nil` where they are not counted, or
  /// a count passes 1.7e38.
  public func visionShare(at tokens: Int) -> Double? {
    guard let encoder = try? parts?.visionEncoder?.value(at: tokens),
      let connector = try? parts?.connector?.value(at: tokens),
      let total = try? total.value(at: tokens)
    else { return nil }
    return Double(encoder + connector) / Double(total)
  }
}

extension VisionLanguageModel {
  /// What encoder and connector compute as functions of n, as the budget allows.
  fileprivate func visionCost(
    images: Int, _ convention: Convention
  ) throws(CountOverflow) -> (encoder: PiecewiseQuadratic, connector: PiecewiseQuadratic) {
    switch budget {
    case .reduced(let reduction, let layout):
      let counts = try visionFLOPs(of: layout, images: images, convention)
      let encoder = PiecewiseQuadratic(fixed: counts.encoder)
      guard reduction == .beforeConnector else {
        return (encoder, PiecewiseQuadratic(fixed: counts.connector))
      }
      let token = try connector.flopsPerToken(
        languageHidden: language.hidden, convention: convention)
      return (
        encoder,
        PiecewiseQuadratic(TokenPolynomial(perToken: try token.times(Int128(images))))
      )
    case .processor(let budgets):
      var encoders: [(start: Int, polynomial: TokenPolynomial)] = []
      var connectors: [(start: Int, polynomial: TokenPolynomial)] = []
      var start = 0
      for budget in budgets {
        let counts = try visionFLOPs(of: budget.layout, images: images, convention)
        encoders.append((start, TokenPolynomial(fixed: counts.encoder)))
        connectors.append((start, TokenPolynomial(fixed: counts.connector)))
        start = budget.tokens + 1
      }
      return (PiecewiseQuadratic(encoders), PiecewiseQuadratic(connectors))
    }
  }

  /// FLOPs of one request on images whose layouts are known.
  ///
  /// - Parameters:
  ///   - images: What the processor made of each image; empty for text alone.
  ///   - workload: Text, output and batch; its number of images is not used.
  ///   - convention: How operations are counted.
  /// - Throws: ``CountOverflow`` when a count passes 1.7e38.
  package func breakdown(
    of images: [ImageLayout], under workload: Workload, convention: Convention = Convention()
  ) throws(CountOverflow) -> FLOPBreakdown {
    let images = try CountedImages(images, on: self, convention: convention)
    return try RequestCost(
      of: self, under: workload, images: .counted(images), convention: convention
    ).breakdown(at: images.tokens)
  }

  /// FLOPs of the language model alone on a prompt with vision tokens, whatever made them.
  ///
  /// - Parameters:
  ///   - visionTokens: Vision tokens of the whole prompt, at least 0.
  ///   - workload: Text, output and batch; its number of images is not used.
  ///   - convention: How operations are counted.
  /// - Returns: A breakdown whose encoder and connector are `nil`.
  /// - Throws: ``CountOverflow`` when a count passes 1.7e38.
  package func languageBreakdown(
    visionTokens: Int, under workload: Workload, convention: Convention = Convention()
  ) throws(CountOverflow) -> FLOPBreakdown {
    try RequestCost(of: self, under: workload, images: .unknown, convention: convention)
      .breakdown(at: visionTokens)
  }
}

extension RequestParts<PiecewiseQuadratic> {
  /// A language model's parts as functions of n.
  ///
  /// - Parameters:
  ///   - tokensPerN: How many vision tokens n stands for.
  ///   - states: Vision states of cross-attention whatever n is; `nil` where they are as many as vision tokens.
  fileprivate init(
    of model: VisionLanguageModel, under workload: Workload, tokensPerN: Int, states: Int128?,
    _ convention: Convention
  ) throws(CountOverflow) {
    func cost(states: Int128) throws(CountOverflow) -> Self {
      try LanguageCost(
        model.language, textTokens: workload.textTokens, outputTokens: workload.outputTokens,
        states: states, convention: convention
      ).parts
    }
    guard model.language.crossLayers > 0 else {
      self = try cost(states: 0).map { part throws(CountOverflow) in
        try part.composed(slope: tokensPerN, offset: workload.textTokens)
      }
      return
    }
    func counts(states: Int128) throws(CountOverflow) -> RequestParts<Int128> {
      try cost(states: states).map { part throws(CountOverflow) in
        try part.value(at: workload.textTokens)
      }
    }
    // No image, no cross-attention. From n = 1 on every count is linear in the states that it sees.
    let none = try counts(states: 0)
    let first: RequestParts<Int128>
    let slope: RequestParts<Int128>
    if let states {
      first = try counts(states: states)
      slope = try first.map { _ in 0 }
    } else {
      let one = try counts(states: 1)
      let perState = try one.zipped(counts(states: 2)) { $1 - $0 }
      first = try one.zipped(perState) { $0 - $1 }
      slope = try perState.map { count throws(CountOverflow) in
        try count.times(Int128(tokensPerN))
      }
    }
    let withImage = try first.zipped(slope) { TokenPolynomial(fixed: $0, perToken: $1) }
    self = try none.zipped(withImage) {
      PiecewiseQuadratic([(0, TokenPolynomial(fixed: $0)), (1, $1)])
    }
  }
}
