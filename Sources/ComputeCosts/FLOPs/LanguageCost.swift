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
  ///   - textTokens: Tokens of the prompt that are text; the others are of images.
  ///   - outputTokens: Tokens generated, at least 1. Step i = 0 … outputTokens − 2 finds P + i
  ///     positions cached and attends to P + i + 1.
  ///   - states: Vision states of cross-attention; 0 where there is no image or no such layer.
  ///   - convention: How operations are counted.
  init(
    _ model: LanguageModel, textTokens: Int, outputTokens: Int, states: Int128,
    convention: Convention
  ) throws(CountOverflow) {
    let unit = convention.perMAC
    let hasCross = states > 0 && model.crossLayers > 0
    let crossLayers = Int128(hasCross ? model.crossLayers : 0)
    let steps = Int128(outputTokens - 1)

    // Weights that a position meets. The MLPs of cross layers belong to those layers.
    let cross = model.attention()
    let matrices = model.mlpMatrices == 3 ? convention.mlpMatrices : nil
    let allMLPs = try model.activeMLPWeights(matrices: matrices)
    let crossMLPs = try Int128.product(
      matrices ?? model.mlpMatrices, model.hidden, model.intermediate,
      model.crossLayers - Int(crossLayers))
    let weights = try model.overLayers { form throws(CountOverflow) in
      try form.weights(hidden: model.hidden)
    }.plus(model.layerEmbeddingWeights()).plus(model.residualWeights())
      .plus(model.residualRepeats())
      .plus(cross.queryOutputWeights(hidden: model.hidden).times(crossLayers)).plus(allMLPs)
      .plus(crossMLPs.times(-1))
    let perPosition = try weights.times(unit)
    let perState = try cross.keyValueWeights(hidden: model.hidden).times(crossLayers).times(unit)
    // Experts that vision tokens meet instead: what they are more for the P − T of them.
    let visionMore = try model.visionMLPDifference(matrices: matrices).times(unit)
    let prefillLinear = PiecewiseQuadratic(
      TokenPolynomial(
        fixed: try perState.times(states).plus(visionMore.times(-Int128(textTokens))),
        perToken: try perPosition.plus(visionMore)))

    // Products of activations, layer by layer.
    let crossPair = try cross.pair(unit: unit).times(crossLayers).times(states)
    let pairs = try crossPair.plus(model.residualPairs().times(unit))
    var prefillAttention = PiecewiseQuadratic(TokenPolynomial(perToken: pairs))
    var decodeStepAttention = PiecewiseQuadratic(fixed: pairs)
    var decodeAttention = PiecewiseQuadratic(fixed: try pairs.times(steps))
    for group in model.mixing where group.layers > 0 {
      let layers = Int128(group.layers)
      prefillAttention = try prefillAttention.plus(
        group.form.prefill(unit: unit, causal: convention.attention == .causal).times(layers))
      decodeStepAttention = try decodeStepAttention.plus(
        group.form.decode(unit: unit, steps: 1).times(layers))
      decodeAttention = try decodeAttention.plus(
        group.form.decode(unit: unit, steps: steps).times(layers))
    }

    let headPerPosition = try Int128.product(model.hidden, model.vocabulary).times(unit)
    let head = PiecewiseQuadratic(
      convention.head == .last
        ? TokenPolynomial(fixed: headPerPosition) : TokenPolynomial(perToken: headPerPosition))
    let decode = try decodeAttention.plus(
      PiecewiseQuadratic(fixed: perPosition.plus(headPerPosition).times(steps)))
    parts = RequestParts(
      prefillLinear: prefillLinear, prefillAttention: prefillAttention, lmHead: head,
      lmHeadLast: PiecewiseQuadratic(fixed: headPerPosition),
      decodeStepLinear: PiecewiseQuadratic(fixed: perPosition),
      decodeStepAttention: decodeStepAttention, decode: decode)
  }
}
