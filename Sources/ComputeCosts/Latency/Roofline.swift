/// The time of a request by the roofline model: in each phase either arithmetic or memory limits.
///
/// A phase takes `max(FLOPs / (peak · MFU), bytes / (bandwidth · MBU))`. Bytes are the weights that
/// the phase reads, once a pass, and the key/value cache; activations stay in caches. Transfers
/// between devices, kernel launches, tokenization and image decoding are not counted.
public struct Roofline: Sendable, Equatable {
  /// One phase of a request.
  public struct Phase: Sendable, Equatable {
    /// Operations.
    public let flops: Int128
    /// Bytes moved between memory and processor.
    public let bytes: Int128
    /// Seconds that arithmetic takes.
    public let computeSeconds: Double
    /// Seconds that memory takes.
    public let memorySeconds: Double

    /// Seconds of the phase.
    public var seconds: Double { max(computeSeconds, memorySeconds) }
    /// Whether memory limits it.
    public var isMemoryBound: Bool { memorySeconds > computeSeconds }
  }

  /// Encoder and connector; `nil` where only the language model was asked for.
  public let encode: Phase?
  /// The prompt, with the output head.
  public let prefill: Phase
  /// All decode steps; of no time with one output token.
  public let decode: Phase
  /// Decode steps.
  public let steps: Int

  /// Seconds until the first token.
  public var timeToFirstToken: Double { (encode?.seconds ?? 0) + prefill.seconds }
  /// Seconds of a decode step on average; `nil` without one.
  public var timePerOutputToken: Double? { steps > 0 ? decode.seconds / Double(steps) : nil }
  /// Seconds of the request.
  public var total: Double { timeToFirstToken + decode.seconds }
}

extension VisionLanguageModel {
  /// The time of a request.
  ///
  /// - Parameters:
  ///   - breakdown: Its FLOPs in the default convention, for the whole batch.
  ///   - visionTokens: Vision tokens in the prompt of one request.
  ///   - states: Vision states that cross-attention reads; 0 without it.
  ///   - workload: Text, output and batch.
  ///   - accelerator: What it runs on.
  ///   - devices: How many of them share the work evenly.
  ///   - weights: How weights are stored.
  ///   - cache: How the key/value cache is stored.
  ///   - utilization: How much of the data sheet is reached.
  /// - Returns: `nil` where the accelerator has no rate for the type, or only totals are known.
  /// - Throws: ``CountOverflow``.
  public func roofline(
    _ breakdown: FLOPBreakdown, visionTokens: Int128, states: Int128, workload: Workload,
    on accelerator: Accelerator, devices: Int = 1, weights: DataType, cache: DataType,
    utilization: Utilization = .assumed
  ) throws(CountOverflow) -> Roofline? {
    guard let parts = breakdown.parts, let rate = accelerator.rate(forWeights: weights) else {
      return nil
    }
    let parameters = try parameters()
    let batch = Int128(workload.batch)
    let steps = Int128(workload.outputTokens - 1)
    let isCross = language.crossLayers > 0
    let prompt = try Int128(workload.textTokens).plus(isCross ? 0 : visionTokens)
    let seen = isCross ? states : 0
    func phase(_ flops: Int128, _ bytes: Int128) -> Roofline.Phase {
      let shared = Double(devices)
      return Roofline.Phase(
        flops: flops, bytes: bytes,
        computeSeconds: Double(flops) / (rate.flopsPerSecond * utilization.mfu * shared),
        memorySeconds: Double(bytes) / (accelerator.bandwidth * utilization.mbu * shared))
    }
    // A tied head is read as well as an untied one.
    let head = try Int128.product(language.vocabulary, language.hidden)
    func layers(tokens: Int128) throws(CountOverflow) -> Int128 {
      guard let experts = language.experts else { return parameters.languageLayers }
      // Each token chooses its experts; at most all of them are read.
      let touched = min(Int128(experts.experts), try tokens.times(Int128(experts.active)))
      let one = try Int128.product(
        language.mlpMatrices, language.hidden, experts.intermediate, language.sparseLayers)
      return try parameters.activeLanguageLayers
        .plus(one.times(max(0, touched - Int128(experts.active))))
    }
    var encode: Roofline.Phase?
    if let encoder = parts.visionEncoder, let connector = parts.connector {
      encode = phase(
        try encoder.plus(connector),
        try weights.bytes(of: parameters.visionEncoder.plus(parameters.connector)))
    }
    let written = try language.cacheBytes(
      positions: prompt, states: seen, batch: workload.batch, storedAs: cache)
    let prefill = phase(
      try parts.prefill.plus(parts.lmHead),
      try weights.bytes(of: layers(tokens: prompt.times(batch)).plus(head)).plus(written))
    let reads = try cache.bytes(
      of: language.cacheReads(prompt: prompt, steps: steps, states: seen).times(batch))
    let decode = phase(
      parts.decode,
      try weights.bytes(of: layers(tokens: batch).plus(head)).times(steps).plus(reads))
    return Roofline(
      encode: encode, prefill: prefill, decode: decode, steps: workload.outputTokens - 1)
  }
}
