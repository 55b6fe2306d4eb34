extension Connector {
  /// FLOPs of carrying the tokens of images to the language model.
  ///
  /// - Parameters:
  ///   - images: What the processor made of each image.
  ///   - encoder: The encoder, for the states that it gives.
  ///   - languageHidden: The language model's width d.
  ///   - convention: How operations are counted.
  /// - Throws: ``CountOverflow``.
  public func flops(
    of images: [ImageLayout], encoder: VisionEncoder, languageHidden: Int,
    convention: Convention = Convention()
  ) throws(CountOverflow) -> (linear: Int128, attention: Int128) {
    var tokens: Int128 = 0
    var newlines: Int128 = 0
    var resampled: (linear: Int128, attention: Int128) = (0, 0)
    let countsPadding = convention.padding == .counted
    for (image, inputs) in zip(images, encoder.inputs(of: images, countsPadding: countsPadding)) {
      switch basis {
      case .tokens: tokens = try tokens.plus(Int128(image.tokens))
      case .patches, .states:
        for input in inputs {
          let padding = countsPadding ? input.padding : 0
          let grid = encoder.grid(of: input)
          let each =
            basis == .states
            ? grid.patches + padding + (encoder.classToken ? 1 : 0)
            : cells(along: grid.rows) * cells(along: grid.columns) + padding / (merge * merge)
          tokens = try tokens.plus(Int128(each).times(Int128(input.count)))
          newlines = try newlines.plus(Int128.product(input.rows / merge, input.count))
          if case .perceiver(let perceiver) = form {
            let one = try perceiver.macs(patches: each, hidden: languageHidden)
            resampled.linear = try resampled.linear.plus(one.linear.times(Int128(input.count)))
            resampled.attention = try resampled.attention
              .plus(one.attention.times(Int128(input.count)))
          }
        }
      }
    }
    let unit = convention.perMAC
    let linear = try tokens.times(weightsPerToken(languageHidden: languageHidden))
      .plus(newlines.times(newlineWeights(Int128(languageHidden))))
      .plus(resampled.linear)
    return (try linear.times(unit), try resampled.attention.times(unit))
  }

  /// FLOPs for one token, where the connector runs on the tokens that are kept.
  func flopsPerToken(
    languageHidden: Int, convention: Convention
  ) throws(CountOverflow) -> Int128 {
    try weightsPerToken(languageHidden: languageHidden).times(convention.perMAC)
  }
}
