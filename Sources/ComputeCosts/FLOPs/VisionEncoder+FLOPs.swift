/// The FLOPs of an encoder by what they are spent on.
public struct EncoderFLOPs: Sendable, Equatable {
  /// The patch embedding.
  public var convolution: Int128 = 0
  /// The weight products of the layers.
  public var linear: Int128 = 0
  /// The attention products.
  public var attention: Int128 = 0

  /// All of it.
  public func total() throws(CountOverflow) -> Int128 {
    try convolution.plus(linear).plus(attention)
  }

  /// The sum by part.
  func plus(_ other: EncoderFLOPs) throws(CountOverflow) -> EncoderFLOPs {
    EncoderFLOPs(
      convolution: try convolution.plus(other.convolution), linear: try linear.plus(other.linear),
      attention: try attention.plus(other.attention))
  }

  /// What so many requests cost.
  public func times(_ requests: Int) throws(CountOverflow) -> EncoderFLOPs {
    EncoderFLOPs(
      convolution: try convolution.times(Int128(requests)),
      linear: try linear.times(Int128(requests)), attention: try attention.times(Int128(requests)))
  }
}

extension VisionEncoder {
  /// FLOPs of encoding the images of one request.
  ///
  /// `layers · [T · 2 · (4·d·h·e + m·d·f) + Σ 4·s²·h·e] + patches · 2 · 3·t·p²·d`, where T counts
  /// all tokens and s runs over the segments of attention. A pooling head adds
  /// `2 · (2·d² + 2·s·d² + 2·d·f) + 4·s·d` for each input of s tokens; it counts as an unused layer does. With k
  /// key/value heads a layer has `2·d·h·e + 2·d·k·e` weights in place of `4·d·h·e`. Pooling p × p patches adds
  /// `2 · s²/p² · d` for each input. A trunk adds what it computes (``SAMTrunk``), and the layers then run on its grid.
  ///
  /// - Parameters:
  ///   - images: What the processor made of each image.
  ///   - convention: How operations are counted.
  /// - Throws: ``CountOverflow``.
  /// - Complexity: O(inputs).
  /// - Source: two operations per multiply–accumulate of every matrix product; equal to PyTorch's
  ///   operator counter on the published models, see `docs/model.md`.
  public func flops(
    of images: [ImageLayout], convention: Convention = Convention()
  ) throws(CountOverflow) -> EncoderFLOPs {
    let countsPadding = convention.padding == .counted
    let layers = self.layers - (convention.unusedLayers == .excluded ? unusedLayers : 0)
    var tokens: Int128 = 0
    var inputs: Int128 = 0
    var patches: Int128 = 0
    var pairs: Int128 = 0  // of positions, summed over the layers
    var networkPairs: Int128 = 0  // multiply–accumulates of activations in a network
    var pooled: Int128 = 0  // pairs of positions and what they are averaged into
    var before = EncoderFLOPs()  // multiply–accumulates of the trunk
    for image in self.inputs(of: images, countsPadding: countsPadding) {
      var imageTokens: Int128 = 0
      for input in image {
        let count = Int128(input.count)
        inputs = try inputs.plus(count)
        let length = Int128(countsPadding ? self.tokens(of: input) : unpaddedTokens(of: input))
        imageTokens = try imageTokens.plus(length.times(count))
        patches = try patches.plus(
          Int128(countsPadding ? input.paddedPatches : input.patches).times(count))
        if let network {
          let own = try length.times(length).times(count).times(Int128(network.perPair))
          networkPairs = try networkPairs.plus(own)
        }
        if pooling > 1 {
          let states = length / Int128(pooling * pooling)
          pooled = try pooled.plus(length.times(states).times(count))
        }
        if let trunk { before = try before.plus(trunk.macs(on: input)) }
        switch attention {
        case .perInput, .padded:
          pairs = try pairs.plus(length.times(length).times(count).times(Int128(layers)))
        case .windowed(let side, let fullLayers):
          // Unused layers, if any, are the last ones; windowed encoders use all of theirs.
          let full = try length.times(length).times(Int128(min(fullLayers, layers)))
          let windows = try windowPairs(of: input, side: side)
            .times(Int128(max(0, layers - fullLayers)))
          pairs = try pairs.plus(full.plus(windows).times(count))
        case .perImage, .packed: break
        }
      }
      if attention == .perImage {
        pairs = try pairs.plus(imageTokens.times(imageTokens).times(Int128(layers)))
      }
      tokens = try tokens.plus(imageTokens)
    }
    if attention == .packed { pairs = try tokens.times(tokens).times(Int128(layers)) }
    if attention == .packed, countsPadding { patches = try packedPatches(of: images) }

    let unit = convention.perMAC
    var linear = try layerWeights().times(Int128(layers)).times(tokens).plus(before.linear)
    var attention = try Int128.product(2, heads, headDim).times(pairs)
      .plus(pooled.times(Int128(hidden))).plus(networkPairs).plus(before.attention)
    if poolingHead, convention.unusedLayers == .counted {
      let square = try Int128.product(2, hidden, hidden)
      linear = try linear.plus(square.times(tokens.plus(inputs)))
        .plus(poolingMLPWeights().times(inputs))
      attention = try attention.plus(Int128.product(2, hidden).times(tokens))
    }
    return EncoderFLOPs(
      convolution: try patchWeights().times(patches).plus(before.convolution).times(unit),
      linear: try linear.times(unit), attention: try attention.times(unit))
  }

  /// Σ s² over the windows of an input: a sum over rows of windows times one over columns.
  private func windowPairs(of input: EncoderInput, side: Int) throws(CountOverflow) -> Int128 {
    func squares(_ length: Int) throws(CountOverflow) -> Int128 {
      try Int128.product(length / side, side, side)
        .plus(Int128.product(length % side, length % side))
    }
    return try squares(input.rows).times(squares(input.columns))
  }

  /// Patches that the convolution runs on where images are packed: each is padded to the largest
  /// rows and the largest columns first.
  private func packedPatches(of images: [ImageLayout]) throws(CountOverflow) -> Int128 {
    var (count, rows, columns) = (0, 0, 0)
    for input in images.flatMap(\.inputs) {
      count += input.count
      rows = max(rows, input.rows)
      columns = max(columns, input.columns)
    }
    return try Int128.product(count, rows, columns)
  }
}
