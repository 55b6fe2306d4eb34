/// The FLOPs of one request as exact polynomials in n, compiled once for a model and a workload.
///
/// Convention: two operations per multiply–accumulate; matrix products, convolutions and attention
/// products only; attention over the full rectangle, since masks do not reduce the count; the
/// output head for the last position only.
public struct RequestCost: Sendable, Equatable {
  /// The parts a request is made of.
  public struct Parts: Sendable, Equatable {
    /// The encoder on all images.
    public let visionEncoder: TokenPolynomial
    /// The connector on all images.
    public let connector: TokenPolynomial
    /// The weight products of the prompt.
    public let prefillLinear: TokenPolynomial
    /// The attention products of the prompt.
    public let prefillAttention: TokenPolynomial
    /// The output head, once, for the prompt's last position.
    public let lmHeadLast: TokenPolynomial
    /// The weight products of one decoded token.
    public let decodeStepLinear: TokenPolynomial
    /// The attention products of the first decoded token.
    public let decodeStepAttention: TokenPolynomial
    /// All decode steps, each with its output head.
    public let decode: TokenPolynomial
  }

  /// The parts; `nil` where only totals are known.
  public let parts: Parts?

  /// The whole request, for all requests of the batch.
  public let total: TokenPolynomial

  /// A cost of which only the total is known.
  public init(total: TokenPolynomial) {
    parts = nil
    self.total = total
  }

  /// The cost of a workload on a model.
  ///
  /// With I images of n tokens, T text tokens and O output tokens the prompt has P = I·n + T
  /// positions. Prefill pays for P tokens and P² pairs. Decode step i = 0 … O − 2 finds P + i
  /// positions cached and attends to P + i + 1.
  ///
  /// - Throws: ``CountOverflow`` when a coefficient passes 1.7e38.
  /// - Complexity: O(1).
  public init(
    of model: VisionLanguageModel, under workload: Workload
  ) throws(CountOverflow) {
    let images = Int128(workload.images)
    let text = Int128(workload.textTokens)
    let steps = Int128(workload.outputTokens - 1)
    let batch = Int128(workload.batch)
    let language = model.language
    let linear = try language.linearFLOPsPerToken()
    let pair = try language.attentionFLOPsPerPair()
    let head = try language.headFLOPsPerPosition()

    let encoder = TokenPolynomial(fixed: try model.encoder.flopsPerImage().times(images))
    let connectorToken = try model.connector.flopsPerToken(
      encoderHidden: model.encoder.hidden, languageHidden: language.hidden)
    let connector =
      switch model.reduction {
      case .beforeConnector: try TokenPolynomial.linear(connectorToken, slope: images, offset: 0)
      case .afterConnector:
        TokenPolynomial(
          fixed: try connectorToken.times(images).times(Int128(model.encoder.patches)))
      }

    let prefillLinear = try TokenPolynomial.linear(linear, slope: images, offset: text)
    let prefillAttention = try TokenPolynomial.square(pair, slope: images, offset: text)
    let firstStep = try TokenPolynomial.linear(pair, slope: images, offset: text.plus(1))

    // Σ over steps of (P + i + 1) = steps·P + steps·(steps + 1)/2.
    let perStep = try steps.times(linear.plus(head))
    let growth = try steps.times(steps.plus(1)) / 2
    let decode = try TokenPolynomial.linear(pair.times(steps), slope: images, offset: text)
      .plus(TokenPolynomial(fixed: perStep.plus(pair.times(growth))))

    let parts = Parts(
      visionEncoder: try encoder.times(batch),
      connector: try connector.times(batch),
      prefillLinear: try prefillLinear.times(batch),
      prefillAttention: try prefillAttention.times(batch),
      lmHeadLast: try TokenPolynomial(fixed: head).times(batch),
      decodeStepLinear: try TokenPolynomial(fixed: linear).times(batch),
      decodeStepAttention: try firstStep.times(batch),
      decode: try decode.times(batch))
    self.parts = parts
    total = try parts.visionEncoder.plus(parts.connector).plus(parts.prefillLinear)
      .plus(parts.prefillAttention).plus(parts.lmHeadLast).plus(parts.decode)
  }

  /// The request's FLOPs at n tokens an image.
  ///
  /// - Parameter tokens: n, at least 0.
  /// - Throws: ``CountOverflow`` when the total passes 1.7e38.
  /// - Complexity: O(1).
  public func breakdown(at tokens: Int) throws(CountOverflow) -> FLOPBreakdown {
    let total = try total.value(at: tokens)
    guard let parts else { return FLOPBreakdown(parts: nil, total: total) }
    return FLOPBreakdown(
      parts: FLOPBreakdown.Parts(
        visionEncoder: try parts.visionEncoder.value(at: tokens),
        connector: try parts.connector.value(at: tokens),
        prefillLinear: try parts.prefillLinear.value(at: tokens),
        prefillAttention: try parts.prefillAttention.value(at: tokens),
        lmHeadLast: try parts.lmHeadLast.value(at: tokens),
        decodeStepLinear: try parts.decodeStepLinear.value(at: tokens),
        decodeStepAttention: try parts.decodeStepAttention.value(at: tokens),
        decode: try parts.decode.value(at: tokens)),
      total: total)
  }
}
