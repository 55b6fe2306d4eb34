/// Softmax attention of grouped heads, over everything before a position or over a window.
public struct AttentionHeads: Sendable, Equatable {
  /// Query heads h.
  public let heads: Int
  /// Key and value heads k.
  public let kvHeads: Int
  /// Width e of one head.
  public let headDim: Int
  /// Whether the query projection also gives a gate for the output: twice its width.
  public let outputGate: Bool
  /// Positions W that a token attends to, itself among them; `nil` for all before it.
  public let window: Int?
  /// Whether one projection gives keys and values; the cache holds both, which differ by norm and rotation.
  public let keysAreValues: Bool
  /// Whether keys and values are those that an earlier layer cached: no projection of them, and no cache. They are
  /// read all the same.
  public let sharedCache: Bool

  /// Heads from their sizes, each from 1 to ``largestSize``.
  public init(
    heads: Int, kvHeads: Int, headDim: Int, outputGate: Bool = false, window: Int? = nil,
    keysAreValues: Bool = false, sharedCache: Bool = false
  ) {
    preconditionSizes([heads, kvHeads, headDim, window ?? 1])
    self.heads = heads
    self.kvHeads = kvHeads
    self.headDim = headDim
    self.outputGate = outputGate
    self.window = window
    self.keysAreValues = keysAreValues
    self.sharedCache = sharedCache
  }

  /// Projections of keys and values: 2, 1 where they are the same, 0 where an earlier layer has them.
  private var keyValueProjections: Int { sharedCache ? 0 : keysAreValues ? 1 : 2 }

  /// Weights of the query and output projections, a gate's among them: `2·d·h·e`, or `3·d·h·e`.
  func queryOutputWeights(hidden: Int) throws(CountOverflow) -> Int128 {
    try Int128.product(outputGate ? 3 : 2, hidden, heads, headDim)
  }

  /// Weights of the key and value projections: `2·d·k·e`, or `d·k·e` where one gives both.
  func keyValueWeights(hidden: Int) throws(CountOverflow) -> Int128 {
    try Int128.product(keyValueProjections, hidden, kvHeads, headDim)
  }

  /// What a pair of positions costs: the product for its score and that for its value, `2·h·e`.
  func pair(unit: Int128) throws(CountOverflow) -> Int128 {
    try Int128.product(2, heads, headDim).times(unit)
  }
}

extension AttentionHeads: LayerMixing {
  func weights(hidden: Int) throws(CountOverflow) -> Int128 {
    try queryOutputWeights(hidden: hidden).plus(keyValueWeights(hidden: hidden))
  }

  func adapterWidths(hidden: Int) throws(CountOverflow) -> Int128 {
    let (width, queries) = (Int128(hidden), try Int128.product(heads, headDim))
    let keys = try Int128.product(kvHeads, headDim)
    return try width.plus(queries.times(outputGate ? 2 : 1)).plus(width.plus(queries))
      .plus(width.plus(keys).times(Int128(keyValueProjections)))
  }

  func prefill(unit: Int128, causal: Bool) throws(CountOverflow) -> PiecewiseQuadratic {
    let pair = try pair(unit: unit)
    guard causal else { return PiecewiseQuadratic(TokenPolynomial(perTokenSquared: pair)) }
    // Half a pair is whole: a pair costs 2·h·e operations at least.
    let triangle = TokenPolynomial(perToken: pair / 2, perTokenSquared: pair / 2)
    guard let window = window.map({ Int128($0) }) else { return PiecewiseQuadratic(triangle) }
    // Σ min(i, W) over the positions i = 1 … P; beyond P = W that is W(W + 1)/2 + (P − W)·W.
    let band = TokenPolynomial(
      fixed: try (pair / 2).times(window).times(1 - window), perToken: try pair.times(window))
    return PiecewiseQuadratic([(0, triangle), (Int(window), band)])
  }

  func decode(unit: Int128, steps: Int128) throws(CountOverflow) -> PiecewiseQuadratic {
    let pair = try pair(unit: unit)
    guard steps > 0 else { return PiecewiseQuadratic(fixed: 0) }
    guard let window = window.map({ Int128($0) }) else {
      // Σ (P + i + 1) = steps·P + steps·(steps + 1)/2.
      let growth = try steps.times(steps.plus(1)) / 2
      return PiecewiseQuadratic(
        TokenPolynomial(fixed: try pair.times(growth), perToken: try pair.times(steps)))
    }
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

  /// `2·k·e` for each position, of a window's at most W.
  ///
  /// - Source: the window is W, as the attention mask has it; one implementation keeps W − 1.
  func cached(positions: Int128) throws(CountOverflow) -> Int128 {
    guard !sharedCache else { return 0 }
    return try min(positions, window.map { Int128($0) } ?? positions)
      .times(Int128.product(2, kvHeads, headDim))
  }

  func cacheReads(prompt: Int128, steps: Int128) throws(CountOverflow) -> Int128 {
    var positions = try steps.times(prompt).plus(try steps.times(steps.plus(1)) / 2)
    if let window = window.map({ Int128($0) }) {
      // Steps before the window fills read less than it.
      let growing = max(0, min(steps, window - prompt))
      positions = try growing.times(prompt).plus(try growing.times(growing.plus(1)) / 2)
        .plus(window.times(steps - growing))
    }
    return try positions.times(Int128.product(2, kvHeads, headDim))
  }

  func state() -> Int128 { 0 }
}
