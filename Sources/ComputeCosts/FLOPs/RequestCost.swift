/// The FLOPs of one request as exact functions of n, compiled once for a model, a workload and a
/// convention.
public struct RequestCost: Sendable, Equatable {
  /// The parts a request is made of.
  public struct Parts: Sendable, Equatable {
    /// The encoder on all images.
    public let visionEncoder: PiecewiseQuadratic
    /// The connector on all images.
    public let connector: PiecewiseQuadratic
    /// The weight products of the prompt.
    public let prefillLinear: PiecewiseQuadratic
    /// The attention products of the prompt.
    public let prefillAttention: PiecewiseQuadratic
    /// The output head over the prompt: for its last position, or for all.
    public let lmHead: PiecewiseQuadratic
    /// The output head at one position.
    public let lmHeadLast: PiecewiseQuadratic
    /// The weight products of one decoded token.
    public let decodeStepLinear: PiecewiseQuadratic
    /// The attention products of the first decoded token.
    public let decodeStepAttention: PiecewiseQuadratic
    /// All decode steps, each with its output head.
    public let decode: PiecewiseQuadratic
  }

  /// The parts; `nil` where only totals are known.
  public let parts: Parts?

  /// The whole request, for all requests of the batch.
  public let total: PiecewiseQuadratic

  /// How operations are counted; `nil` where only totals are known.
  public let convention: Convention?

  /// A cost of which only the total is known.
  public init(total: TokenPolynomial) {
    parts = nil
    convention = nil
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
  /// - Throws: ``CountOverflow`` when a coefficient passes 1.7e38.
  /// - Complexity: O(budgets).
  public init(
    of model: VisionLanguageModel, under workload: Workload, convention: Convention = Convention()
  ) throws(CountOverflow) {
    let vision = try VisionCost(of: model, images: workload.images, convention)
    let language = try LanguageParts(of: model, under: workload, convention)
    let batch = Int128(workload.batch)
    let parts = Parts(
      visionEncoder: try vision.encoder.times(batch),
      connector: try vision.connector.times(batch),
      prefillLinear: try language.prefillLinear.times(batch),
      prefillAttention: try language.prefillAttention.times(batch),
      lmHead: try language.head.times(batch),
      lmHeadLast: try language.headPerPosition.times(batch),
      decodeStepLinear: try language.decodeStepLinear.times(batch),
      decodeStepAttention: try language.decodeStepAttention.times(batch),
      decode: try language.decode.times(batch))
    self.parts = parts
    self.convention = convention
    total = try parts.visionEncoder.plus(parts.connector).plus(parts.prefillLinear)
      .plus(parts.prefillAttention).plus(parts.lmHead).plus(parts.decode)
  }

  /// The request's FLOPs at n tokens an image.
  ///
  /// - Parameter tokens: n, at least 0.
  /// - Throws: ``CountOverflow`` when the total passes 1.7e38.
  /// - Complexity: O(log pieces).
  public func breakdown(at tokens: Int) throws(CountOverflow) -> FLOPBreakdown {
    let total = try total.value(at: tokens)
    guard let parts else { return FLOPBreakdown(parts: nil, total: total) }
    return FLOPBreakdown(
      parts: FLOPBreakdown.Parts(
        visionEncoder: try parts.visionEncoder.value(at: tokens),
        connector: try parts.connector.value(at: tokens),
        prefillLinear: try parts.prefillLinear.value(at: tokens),
        prefillAttention: try parts.prefillAttention.value(at: tokens),
        lmHead: try parts.lmHead.value(at: tokens),
        lmHeadLast: try parts.lmHeadLast.value(at: tokens),
        decodeStepLinear: try parts.decodeStepLinear.value(at: tokens),
        decodeStepAttention: try parts.decodeStepAttention.value(at: tokens),
        decode: try parts.decode.value(at: tokens)),
      total: total)
  }
}

/// What an encoder and a connector cost as functions of n.
private struct VisionCost {
  let encoder: PiecewiseQuadratic
  let connector: PiecewiseQuadratic

  init(
    of model: VisionLanguageModel, images: Int, _ convention: Convention
  ) throws(CountOverflow) {
    switch model.budget {
    case .reduced(let reduction, let layout):
      let counts = try model.visionFLOPs(of: layout, images: images, convention)
      encoder = PiecewiseQuadratic(fixed: try counts.encoder.total())
      switch reduction {
      case .afterConnector:
        connector = PiecewiseQuadratic(fixed: counts.connector)
      case .beforeConnector:
        let token = try model.connector.flopsPerToken(
          languageHidden: model.language.hidden, convention: convention)
        connector = PiecewiseQuadratic(
          TokenPolynomial(perToken: try token.times(Int128(images))))
      }
    case .processor(let budgets):
      var encoders: [(start: Int, polynomial: TokenPolynomial)] = []
      var connectors: [(start: Int, polynomial: TokenPolynomial)] = []
      var start = 0
      for budget in budgets {
        let counts = try model.visionFLOPs(of: budget.layout, images: images, convention)
        encoders.append((start, TokenPolynomial(fixed: try counts.encoder.total())))
        connectors.append((start, TokenPolynomial(fixed: counts.connector)))
        start = budget.tokens + 1
      }
      encoder = PiecewiseQuadratic(encoders)
      connector = PiecewiseQuadratic(connectors)
    }
  }
}

extension LanguageParts<PiecewiseQuadratic> {
  /// A language model's parts as functions of n.
  fileprivate init(
    of model: VisionLanguageModel, under workload: Workload, _ convention: Convention
  ) throws(CountOverflow) {
    func cost(states: Int128) throws(CountOverflow) -> LanguageParts<PiecewiseQuadratic> {
      try LanguageCost(
        model.language, outputTokens: workload.outputTokens, states: states,
        convention: convention
      ).parts
    }
    guard model.language.crossLayers > 0 else {
      self = try cost(states: 0).map { part throws(CountOverflow) in
        try part.composed(slope: workload.images, offset: workload.textTokens)
      }
      return
    }
    func counts(states: Int128) throws(CountOverflow) -> LanguageParts<Int128> {
      try cost(states: states).map { part throws(CountOverflow) in
        try part.value(at: workload.textTokens)
      }
    }
    // No image, no cross-attention. From n = 1 on every count is linear in the states that it
    // sees: n an image, or the padded tiles' whatever n is.
    let none = try counts(states: 0)
    let images = Int128(workload.images)
    let first: LanguageParts<Int128>
    let slope: LanguageParts<Int128>
    if convention.padding == .counted, let padded = model.paddedStates {
      first = try counts(states: images.times(Int128(padded)))
      slope = try first.map { _ in 0 }
    } else {
      let one = try counts(states: 1)
      let perState = try one.zipped(counts(states: 2)) { $1 - $0 }
      first = try one.zipped(perState) { $0 - $1 }
      slope = try perState.map { count throws(CountOverflow) in try count.times(images) }
    }
    let withImage = try first.zipped(slope) { TokenPolynomial(fixed: $0, perToken: $1) }
    self = try none.zipped(withImage) {
      PiecewiseQuadratic([(0, TokenPolynomial(fixed: $0)), (1, $1)])
    }
  }
}
