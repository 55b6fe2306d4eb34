/// What each part of a request computes: counts, or functions of n.
public struct RequestParts<Count: Sendable & Equatable>: Sendable, Equatable {
  /// The encoder on all images; `nil` where only the language model was asked for.
  public internal(set) var visionEncoder: Count?
  /// The connector on all images; `nil` where only the language model was asked for.
  public internal(set) var connector: Count?
  /// The weight products of the prompt.
  public internal(set) var prefillLinear: Count
  /// The attention products of the prompt.
  public internal(set) var prefillAttention: Count
  /// The output head over the prompt: for its last position, or for all.
  public internal(set) var lmHead: Count
  /// The output head at one position.
  public internal(set) var lmHeadLast: Count
  /// The weight products of one decoded token.
  public internal(set) var decodeStepLinear: Count
  /// The attention products of the first decoded token.
  public internal(set) var decodeStepAttention: Count
  /// All decode steps, each with its output head.
  public internal(set) var decode: Count

  /// Every part, changed in the same way.
  func map<Other>(
    _ change: (Count) throws(CountOverflow) -> Other
  ) throws(CountOverflow) -> RequestParts<Other> {
    try zipped(self) { part, _ throws(CountOverflow) in try change(part) }
  }

  /// Every part joined with the same part of another, which has as many.
  func zipped<Second, Result>(
    _ other: RequestParts<Second>, _ join: (Count, Second) throws(CountOverflow) -> Result
  ) throws(CountOverflow) -> RequestParts<Result> {
    func joined(_ mine: Count?, _ theirs: Second?) throws(CountOverflow) -> Result? {
      guard let mine, let theirs else { return nil }
      return try join(mine, theirs)
    }
    return RequestParts<Result>(
      visionEncoder: try joined(visionEncoder, other.visionEncoder),
      connector: try joined(connector, other.connector),
      prefillLinear: try join(prefillLinear, other.prefillLinear),
      prefillAttention: try join(prefillAttention, other.prefillAttention),
      lmHead: try join(lmHead, other.lmHead), lmHeadLast: try join(lmHeadLast, other.lmHeadLast),
      decodeStepLinear: try join(decodeStepLinear, other.decodeStepLinear),
      decodeStepAttention: try join(decodeStepAttention, other.decodeStepAttention),
      decode: try join(decode, other.decode))
  }
}

extension RequestParts<PiecewiseQuadratic> {
  /// What a request computes in all.
  func total() throws(CountOverflow) -> PiecewiseQuadratic {
    let language = try prefillLinear.plus(prefillAttention).plus(lmHead).plus(decode)
    guard let vision = try vision() else { return language }
    return try vision.plus(language)
  }

  /// Encoder and connector; `nil` where they are not counted.
  func vision() throws(CountOverflow) -> PiecewiseQuadratic? {
    guard let visionEncoder, let connector else { return nil }
    return try visionEncoder.plus(connector)
  }
}

extension RequestParts<Int128> {
  /// The language model's layers on the prompt, without the output head.
  public var prefill: Int128 { prefillLinear + prefillAttention }

  /// Encoder and connector; `nil` where they are not counted.
  var visionFLOPs: Int128? {
    guard let visionEncoder, let connector else { return nil }
    return visionEncoder + connector
  }
}

/// The FLOPs of one request, by part.
public struct FLOPBreakdown: Sendable, Equatable {
  /// The parts, all in the unit of their convention; `nil` where only totals are known.
  public let parts: RequestParts<Int128>?

  /// The whole request.
  public let total: Int128

  /// Encoder and connector as a part of all, 0 to 1; `nil` where they are not counted.
  public var visionShare: Double? {
    guard let vision = parts?.visionFLOPs, total > 0 else { return nil }
    return Double(vision) / Double(total)
  }
}
