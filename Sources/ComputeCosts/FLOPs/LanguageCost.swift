/// The FLOPs of a language model as exact functions of the prompt's length P, for a number of
/// generated tokens.
///
/// Vision tokens either stand in the prompt, or are states that cross-attention layers read; the
/// latter are given apart, and without any those layers are skipped.
struct LanguageCost: Sendable, Equatable {
  /// Each part as a function of P.
  let parts: RequestParts<PiecewiseQuadratic>

  /// - Parameters:
  ///   - model: The language model.
  ///   - outputTokens: Tokens generated, at least 1. Step i = 0 … outputTokens − 2 finds P + i
  ///     positions cached and attends to P + i + 1.
  ///   - states: Vision states of cross-attention; 0 where there is no image or no such layer.
  ///   - convention: How operations are counted.
  init(
    _ model: LanguageModel, outputTokens: Int, states: Int128, convention: Convention
  ) throws(CountOverflow) {
    let unit = convention.perMAC
    let hasCross = states > 0 && model.crossLayers > 0
    let selfLayers = Int128(model.selfLayers)
    let crossLayers = Int128(hasCross ? model.crossLayers : 0)
    let steps = Int128(outputTokens - 1)

    // Weights that a position meets. The MLPs of cross layers belong to those layers.
    let queryOutput = try model.queryOutputWeights()
    let keyValue = try model.keyValueWeights()
    let matrices = model.mlpMatrices == 3 ? convention.mlpMatrices : nil
    let allMLPs = try model.activeMLPWeights(matrices: matrices)
    let crossMLPs = try Int128.product(
      matrices ?? model.mlpMatrices, model.hidden, model.intermediate,
      model.crossLayers - Int(crossLayers))
    let weights = try queryOutput.plus(keyValue).times(selfLayers)
      .plus(queryOutput.times(crossLayers)).plus(allMLPs).plus(crossMLPs.times(-1))
    let perPosition = try weights.times(unit)
    let perState = try keyValue.times(crossLayers).times(unit)

    // Pairs of positions. A pair costs the product for its score and that for its value.
    let pair = try Int128.product(2, model.heads, model.headDim).times(unit)
    let fullPair = try pair.times(Int128(model.fullLayers))
    let slidingPair = try pair.times(Int128(model.sliding?.layers ?? 0))
    let crossPair = try pair.times(crossLayers).times(states)
    let window = Int128(model.sliding?.window ?? 1)

    let prefillLinear = PiecewiseQuadratic(
      TokenPolynomial(fixed: try perState.times(states), perToken: perPosition))
    let cross = PiecewiseQuadratic(TokenPolynomial(perToken: crossPair))
    let prefillAttention: PiecewiseQuadratic
    switch convention.attention {
    case .full:
      prefillAttention = try PiecewiseQuadratic(
        TokenPolynomial(perTokenSquared: fullPair.plus(slidingPair))
      ).plus(cross)
    case .causal:
      // Half a pair is whole: a pair costs 2·h·e operations at least.
      let triangle = TokenPolynomial(perToken: fullPair / 2, perTokenSquared: fullPair / 2)
      prefillAttention = try PiecewiseQuadratic(triangle)
        .plus(Self.windowed(slidingPair, window: window)).plus(cross)
    }

    let headPerPosition = try Int128.product(model.hidden, model.vocabulary).times(unit)
    let head = PiecewiseQuadratic(
      convention.head == .last
        ? TokenPolynomial(fixed: headPerPosition) : TokenPolynomial(perToken: headPerPosition))

    let firstStep = TokenPolynomial(
      fixed: try fullPair.plus(crossPair), perToken: fullPair)
    let decodeStepAttention = try PiecewiseQuadratic(firstStep)
      .plus(Self.decoded(slidingPair, window: window, steps: 1))

    // Σ over steps of (P + i + 1) = steps·P + steps·(steps + 1)/2.
    let growth = try steps.times(steps.plus(1)) / 2
    let fixed = try perPosition.plus(headPerPosition).plus(crossPair).times(steps)
      .plus(fullPair.times(growth))
    let decode = try PiecewiseQuadratic(
      TokenPolynomial(fixed: fixed, perToken: fullPair.times(steps))
    ).plus(Self.decoded(slidingPair, window: window, steps: steps))
    parts = RequestParts(
      prefillLinear: prefillLinear, prefillAttention: prefillAttention, lmHead: head,
      lmHeadLast: PiecewiseQuadratic(fixed: headPerPosition),
      decodeStepLinear: PiecewiseQuadratic(fixed: perPosition),
      decodeStepAttention: decodeStepAttention, decode: decode)
  }

  /// `pair` · Σ min(i, W) over the positions i = 1 … P.
  private static func windowed(
    _ pair: Int128, window: Int128
  ) throws(CountOverflow) -> PiecewiseQuadratic {
    guard pair > 0 else { return PiecewiseQuadratic(fixed: 0) }
    // Beyond P = W: W(W + 1)/2 + (P − W)·W.
    let triangle = TokenPolynomial(perToken: pair / 2, perTokenSquared: pair / 2)
    let band = TokenPolynomial(
      fixed: try (pair / 2).times(window).times(1 - window), perToken: try pair.times(window))
    return PiecewiseQuadratic([(0, triangle), (Int(window), band)])
  }

  /// `pair` · Σ min(P + i + 1, W) over the steps i = 0 … steps − 1.
  private static func decoded(
    _ pair: Int128, window: Int128, steps: Int128
  ) throws(CountOverflow) -> PiecewiseQuadratic {
    guard pair > 0, steps > 0 else { return PiecewiseQuadratic(fixed: 0) }
    let half = pair / 2
    var pieces: [(start: Int, polynomial: TokenPolynomial)] = []
    // All steps see less than the window: P + steps ≤ W.
    if steps <= window {
      pieces.append(
        (
          0,
          TokenPolynomial(
            fixed: try half.times(steps).times(steps + 1), perToken: try pair.times(steps))
        ))
    }
    // It fills along the way: the first W − P steps see (W − P)(W + P + 1)/2, the others W each.
    let fills = max(0, window - steps + 1)
    if fills < window - 1 {
      pieces.append(
        (
          Int(fills),
          TokenPolynomial(
            fixed: try pair.times(window).times(steps).plus(half.times(window).times(1 - window)),
            perToken: try pair.times(window).plus(-half), perTokenSquared: -half)
        ))
    }
    // It is full from the first step: P + 1 ≥ W.
    let full = TokenPolynomial(fixed: try pair.times(window).times(steps))
    let start = Int(max(fills, window - 1))
    if let last = pieces.last, last.start == start { pieces.removeLast() }
    pieces.append((start, full))
    return PiecewiseQuadratic(pieces)
  }
}
