/// What serving a request takes besides FLOPs, as functions of n, compiled once for a model, a workload
/// and a plan: bytes, positions and, on an accelerator, seconds.
///
/// A class, since copying what it holds takes longer than asking it.
public final class ServingCost: Sendable {
  private let language: LanguageModel
  private let workload: Workload
  private let plan: ServingPlan
  /// Bytes of weights.
  public let weightBytes: Int128
  private let roofline: RooflineModel?
  private let encode: PiecewiseQuadratic?
  private let prefill: PiecewiseQuadratic
  private let decode: PiecewiseQuadratic
  private let tokensPerN: Int
  private let fixedStates: Int128?
  /// The largest n that it was checked for.
  private let limit: Int

  /// Whether seconds are known.
  public var hasLatency: Bool { roofline != nil }

  /// The first n of each setting of the processor, behind the first, at which encoder and connector
  /// cost less than before; empty where they never do. Between these no amount falls.
  public let falls: [Int]

  /// The cost of a workload on a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - workload: The request.
  ///   - cost: Its FLOPs, which say what n counts, in the default convention: what runs, whatever is counted for
  ///     reports. `nil` for those of the model's budget.
  ///   - plan: How it is served.
  ///   - accelerator: What it runs on; `nil` where nobody says.
  ///   - limit: The largest n that will be asked for.
  /// - Throws: ``CountOverflow`` when a count passes 1.7e38 at some n up to `limit`.
  /// - Complexity: O(budgets).
  public init(
    of model: VisionLanguageModel, under workload: Workload, cost: RequestCost? = nil,
    plan: ServingPlan, on accelerator: Accelerator?, upTo limit: Int
  ) throws(CountOverflow) {
    var known = cost
    if known == nil { known = try RequestCost(of: model, under: workload) }
    guard let cost = known, let parts = cost.parts, cost.convention == Convention() else {
      preconditionFailure("a cost without parts, or by another convention than what runs")
    }
    language = model.language
    self.workload = workload
    self.plan = plan
    self.limit = limit
    weightBytes = try plan.storage(of: model).bytes(of: model.parameters())
    if let accelerator {
      roofline = try RooflineModel(model, workload, plan, on: accelerator)
    } else {
      roofline = nil
    }
    encode = try parts.vision()
    prefill = try parts.prefillLinear.plus(parts.prefillAttention).plus(parts.lmHead)
    decode = parts.decode
    tokensPerN = cost.tokensPerN
    fixedStates = cost.fixedStates
    var falls: [Int] = []
    let starts = encode?.starts.filter { $0 <= limit } ?? []
    if let encode {
      for start in starts.dropFirst()
      where try encode.value(at: start) < encode.value(at: start - 1) { falls.append(start) }
    }
    self.falls = falls
    // All counts grow with n but for the encoder's steps: in bounds at the end and at these is in bounds.
    _ = try weightBytes.plus(checkedCache(at: limit))
    _ = try checkedLatency(at: limit)
    for start in starts { _ = try checkedLatency(at: start) }
  }

  private func visionTokens(_ tokens: Int) throws(CountOverflow) -> Int128 {
    try Int128(tokens).times(Int128(tokensPerN))
  }

  private var isCross: Bool { language.crossLayers > 0 }

  /// Positions of one prompt: text, and vision tokens where they stand in it.
  public func promptPositions(at tokens: Int) -> Int128 {
    Int128(workload.textTokens) + (isCross ? 0 : imageEmbeddings(at: tokens))
  }

  /// Positions of one request: its prompt and its output.
  public func positions(at tokens: Int) -> Int128 {
    promptPositions(at: tokens) + Int128(workload.outputTokens)
  }

  /// Embeddings of images that a server keeps for one request.
  public func imageEmbeddings(at tokens: Int) -> Int128 { Int128(tokens) * Int128(tokensPerN) }

  private func checkedCache(at tokens: Int) throws(CountOverflow) -> Int128 {
    let vision = try visionTokens(tokens)
    let positions = try Int128(workload.textTokens).plus(isCross ? 0 : vision)
      .plus(Int128(workload.outputTokens - 1))
    return try language.cacheBytes(
      positions: positions, states: isCross ? fixedStates ?? vision : 0, batch: workload.batch,
      storedAs: plan.cache)
  }

  private func checkedLatency(at tokens: Int) throws(CountOverflow) -> Roofline? {
    guard let roofline else { return nil }
    let vision = try visionTokens(tokens)
    return try roofline.times(
      encode: encode?.value(at: tokens), prefill: prefill.value(at: tokens),
      decode: decode.value(at: tokens), visionTokens: vision, states: fixedStates ?? vision)
  }

  /// Bytes of the key/value caches of all requests of the batch at their last token.
  ///
  /// - Precondition: n is at most the limit.
  public func cache(at tokens: Int) -> Int128 { checked(tokens, checkedCache) }

  /// Bytes of weights, and of the caches of all requests of the batch at their last token.
  ///
  /// - Precondition: n is at most the limit.
  public func memory(at tokens: Int) -> Int128 { weightBytes + cache(at: tokens) }

  /// Seconds by phase; `nil` without an accelerator, or where it has no rate for the type.
  ///
  /// - Precondition: n is at most the limit.
  public func latency(at tokens: Int) -> Roofline? { checked(tokens, checkedLatency) }

  private func checked<Value>(
    _ tokens: Int, _ count: (Int) throws(CountOverflow) -> Value
  ) -> Value {
    precondition(tokens <= limit, "\(tokens) tokens lie beyond the limit")
    do {
      return try count(tokens)
    } catch {
      preconditionFailure("\(tokens) tokens lie beyond the limit that was checked")
    }
  }
}
