/// Linear attention by the gated delta rule (Gated DeltaNet): a state of dₖ × dᵥ for each value head, which every
/// position decays, corrects towards its value, and reads.
///
/// Queries, keys and values pass a causal convolution of a few positions, channel by channel. What is counted:
///
/// * **A prompt** by the chunked form in chunks of C = 64 positions, as kernels run it. For each value head and
///   position: C·dₖ for keys with keys, C·dₖ for queries with keys, C·(dₖ + dᵥ) for the two solutions of the triangular
///   system as products with its inverse, C·dᵥ for the chunk's values, and 3·dₖ·dᵥ for reading the state twice and
///   correcting it. Linear in P: a last chunk that is not full counts as far as it is filled.
/// * **A decoded token** by the recurrent form, 3·dₖ·dᵥ for each value head.
///
/// The reference's plain code pads the last chunk, solves the triangular systems by substitution, which an operation
/// counter does not see, and decodes without matrix products: `counted(positions:unit:)` is what the counter says.
///
/// - Source: S. Yang, J. Kautz, A. Hatamizadeh, *Gated Delta Networks: Improving Mamba2 with Delta Rule*, ICLR 2025.
public struct GatedDelta: Sendable, Equatable {
  /// Heads of queries and keys.
  public let keyHeads: Int
  /// Heads of values; each query and key serves as many of them as divide evenly.
  public let valueHeads: Int
  /// Width dₖ of a query or key.
  public let keyDim: Int
  /// Width dᵥ of a value.
  public let valueDim: Int
  /// Positions that the convolution covers.
  public let kernel: Int

  /// Positions of a chunk.
  static let chunk = 64

  /// A rule from its sizes, each from 1 to ``largestSize``; key heads divide value heads evenly.
  public init(keyHeads: Int, valueHeads: Int, keyDim: Int, valueDim: Int, kernel: Int) {
    preconditionSizes([keyHeads, valueHeads, keyDim, valueDim, kernel])
    precondition(valueHeads.isMultiple(of: keyHeads), "\(keyHeads) key heads of \(valueHeads)")
    self.keyHeads = keyHeads
    self.valueHeads = valueHeads
    self.keyDim = keyDim
    self.valueDim = valueDim
    self.kernel = kernel
  }

  /// Width of all keys.
  private func keys() throws(CountOverflow) -> Int128 { try Int128.product(keyHeads, keyDim) }
  /// Width of all values.
  private func values() throws(CountOverflow) -> Int128 { try Int128.product(valueHeads, valueDim) }
  /// Channels of the convolution: queries, keys and values.
  private func channels() throws(CountOverflow) -> Int128 { try keys().times(2).plus(values()) }

  /// Weights of the convolution.
  private func convolution() throws(CountOverflow) -> Int128 {
    try channels().times(Int128(kernel))
  }

  /// Numbers of the state of one head.
  private func headState() throws(CountOverflow) -> Int128 { try Int128.product(keyDim, valueDim) }

  /// What the rule costs for one position of a prompt, over all heads.
  private func rule(
    inverseProducts: Bool, unit: Int128
  ) throws(CountOverflow) -> Int128 {
    let (key, value) = (Int128(keyDim), Int128(valueDim))
    let solved = inverseProducts ? try key.plus(value) : 0
    return try key.times(2).plus(value).plus(solved).times(Int128(Self.chunk))
      .plus(headState().times(3)).times(Int128(valueHeads)).times(unit)
  }

  /// What a counter of matrix products and convolutions says of the reference's plain code beyond the weights'
  /// products and in place of `prefill(unit:causal:)`: whole chunks, no triangular systems, and a
  /// convolution over the zeros behind the prompt.
  ///
  /// - Parameters:
  ///   - positions: Length of the prompt, at least 1.
  ///   - unit: Operations of a multiply–accumulate.
  /// - Source: transformers 5.24.
  package func counted(positions: Int128, unit: Int128) throws(CountOverflow) -> Int128 {
    let chunk = Int128(Self.chunk)
    let padded = try positions.plus(chunk - 1) / chunk * chunk
    return try padded.times(rule(inverseProducts: false, unit: unit))
      .plus(convolution().times(Int128(kernel - 1)).times(unit))
  }
}

extension GatedDelta: LayerMixing {
  /// Queries, keys, values, the gate and the output, a decay and a rate for each value head, and the convolution.
  func weights(hidden: Int) throws(CountOverflow) -> Int128 {
    try channels().plus(values().times(2)).plus(Int128(valueHeads).times(2)).times(Int128(hidden))
      .plus(convolution())
  }

  func adapterWidths(hidden: Int) throws(CountOverflow) -> Int128 {
    // Projections of the channels, the gate, decay and rate, and the output.
    try Int128(hidden).times(5).plus(channels()).plus(values().times(2))
      .plus(Int128(valueHeads).times(2))
  }

  func prefill(unit: Int128, causal: Bool) throws(CountOverflow) -> PiecewiseQuadratic {
    PiecewiseQuadratic(TokenPolynomial(perToken: try rule(inverseProducts: true, unit: unit)))
  }

  func decode(unit: Int128, steps: Int128) throws(CountOverflow) -> PiecewiseQuadratic {
    let step = try headState().times(3).times(Int128(valueHeads)).times(unit)
    return PiecewiseQuadratic(fixed: try step.times(steps))
  }

  /// The last inputs of the convolution.
  func cached(positions: Int128) throws(CountOverflow) -> Int128 {
    try channels().times(Int128(kernel))
  }

  func cacheReads(prompt: Int128, steps: Int128) throws(CountOverflow) -> Int128 {
    try cached(positions: prompt).times(steps)
  }

  func state() throws(CountOverflow) -> Int128 { try headState().times(Int128(valueHeads)) }
}
