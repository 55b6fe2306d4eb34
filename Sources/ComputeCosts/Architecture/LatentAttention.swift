/// Multi-head latent attention (MLA): keys and values of all heads are products of one short latent vector, which alone
/// is cached, beside one rotary key that the heads share.
///
/// With h heads, widths n and ρ of a key's parts without and with rotation, v of a value, r of the latent:
///
/// * **A prompt** in the expanded form, as the framework and serving engines compute it: keys and values of every head
///   are made from the latents, `r·h·(n + v)` a position, and a pair of positions costs `h·(n + ρ + v)`.
/// * **A decoded token** in the absorbed form, as serving engines compute it: queries are carried into the space of the
///   latents, `h·n·r`, attend there to what is cached, `h·(2·r + ρ)` for each position, and what they read is
///   carried back, `h·r·v`. These are the same weights, met once.
/// * **The cache** is `r + ρ` numbers a position, whatever the number of heads.
///
/// The framework's plain code makes keys and values of all cached positions anew in each step of decoding: what an
/// operation counter says of that is `expandedStep(positions:unit:)`.
///
/// - Source: DeepSeek-AI, *DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model*,
///   2024, section 2.1 and appendix C (arXiv 2405.04434).
public struct LatentAttention: Sendable, Equatable {
  /// Heads h.
  public let heads: Int
  /// Width of the latent that queries are made from; `nil` where one matrix makes them.
  public let queryRank: Int?
  /// Width r of the latent that keys and values are made from.
  public let keyValueRank: Int
  /// Width n of a head's query and key without rotation.
  public let plainDim: Int
  /// Width ρ of a head's query, and of the one shared key, with rotation.
  public let rotaryDim: Int
  /// Width v of a head's value.
  public let valueDim: Int

  /// Attention from its sizes, each from 1 to ``largestSize``.
  public init(
    heads: Int, queryRank: Int?, keyValueRank: Int, plainDim: Int, rotaryDim: Int, valueDim: Int
  ) {
    preconditionSizes([heads, queryRank ?? 1, keyValueRank, plainDim, rotaryDim, valueDim])
    self.heads = heads
    self.queryRank = queryRank
    self.keyValueRank = keyValueRank
    self.plainDim = plainDim
    self.rotaryDim = rotaryDim
    self.valueDim = valueDim
  }

  /// Width of all queries.
  private func queries() throws(CountOverflow) -> Int128 {
    try Int128.product(heads, plainDim + rotaryDim)
  }

  /// Width of what the latents are expanded to: keys without rotation and values of all heads.
  private func expanded() throws(CountOverflow) -> Int128 {
    try Int128.product(heads, plainDim + valueDim)
  }

  /// A pair of positions in the expanded form: `h·(n + ρ + v)`.
  private func expandedPair(unit: Int128) throws(CountOverflow) -> Int128 {
    try Int128.product(heads, plainDim + rotaryDim + valueDim).times(unit)
  }

  /// A cached position in the absorbed form: `h·(2·r + ρ)`.
  private func absorbedPair(unit: Int128) throws(CountOverflow) -> Int128 {
    try Int128.product(heads, 2 * keyValueRank + rotaryDim).times(unit)
  }

  /// What a counter of matrix products says of a decode step of the reference's plain code, which expands all
  /// positions that it attends to: the weights' products beyond ``weights(hidden:)``, and the attention.
  ///
  /// - Parameters:
  ///   - positions: Positions that the step attends to, itself among them; at least 1.
  ///   - unit: Operations of a multiply–accumulate.
  /// - Source: transformers 5.24.
  package func expandedStep(
    positions: Int128, unit: Int128
  ) throws(CountOverflow) -> (linear: Int128, attention: Int128) {
    (
      try Int128(keyValueRank).times(expanded()).times(positions.plus(-1)).times(unit),
      try expandedPair(unit: unit).times(positions)
    )
  }
}

extension LatentAttention: LayerMixing {
  /// Queries by way of their latent or not, the latent and the rotary key, what the latent is expanded by, and
  /// the output.
  func weights(hidden: Int) throws(CountOverflow) -> Int128 {
    let width = Int128(hidden)
    let query =
      if let rank = queryRank.map({ Int128($0) }) {
        try rank.times(width.plus(queries()))
      } else {
        try width.times(queries())
      }
    return try query.plus(Int128.product(hidden, keyValueRank + rotaryDim))
      .plus(Int128(keyValueRank).times(expanded()))
      .plus(Int128.product(hidden, heads, valueDim))
  }

  func adapterWidths(hidden: Int) throws(CountOverflow) -> Int128 {
    let width = Int128(hidden)
    return try width.plus(queries()).plus(queryRank.map { Int128(2 * $0) } ?? 0)
      .plus(width).plus(Int128(2 * keyValueRank + rotaryDim)).plus(expanded())
      .plus(Int128.product(heads, valueDim)).plus(width)
  }

  func prefill(unit: Int128, causal: Bool) throws(CountOverflow) -> PiecewiseQuadratic {
    let pair = try expandedPair(unit: unit)
    return PiecewiseQuadratic(
      causal ? TokenPolynomial(pairs: pair) : TokenPolynomial(perTokenSquared: pair))
  }

  func decode(unit: Int128, steps: Int128) throws(CountOverflow) -> PiecewiseQuadratic {
    let pair = try absorbedPair(unit: unit)
    // Σ (P + i + 1) = steps·P + steps·(steps + 1)/2.
    return PiecewiseQuadratic(
      TokenPolynomial(
        fixed: try pair.times(steps.times(steps.plus(1)) / 2), perToken: try pair.times(steps)))
  }

  /// The latent and the rotary key of each position: `r + ρ`.
  func cached(positions: Int128) throws(CountOverflow) -> Int128 {
    try positions.times(Int128(keyValueRank + rotaryDim))
  }

  func cacheReads(prompt: Int128, steps: Int128) throws(CountOverflow) -> Int128 {
    try cached(positions: steps.times(prompt).plus(steps.times(steps.plus(1)) / 2))
  }

  func state() -> Int128 { 0 }
}
