extension SAMTrunk {
  /// Multiply–accumulates on inputs of one size.
  func macs(on input: EncoderInput) throws(CountOverflow) -> EncoderFLOPs {
    let count = Int128(input.count)
    let patches = Int128(input.patches)
    let windows = try Int128.product(
      ceilingQuotient(input.rows, by: window), ceilingQuotient(input.columns, by: window))
    let windowed = try windows.times(Int128.product(window, window))
    let local = Int128(layers - globalLayers)
    let global = Int128(globalLayers)

    let attended = try windowed.times(local).plus(patches.times(global))
    let linear = try attended.times(attentionWeights())
      .plus(patches.times(mlpWeights()).times(Int128(layers)))
    // A query meets the keys and values of its segment, and positions along both axes of it.
    func segment(_ tokens: Int128, rows: Int, columns: Int) throws(CountOverflow) -> Int128 {
      try tokens.times(2).plus(relativePositions ? Int128(rows + columns) : 0).times(tokens)
        .times(Int128.product(heads, headDim))
    }
    let attention = try segment(
      Int128.product(window, window), rows: window, columns: window
    ).times(windows).times(local)
      .plus(segment(patches, rows: input.rows, columns: input.columns).times(global))
    var convolution: Int128 = 0
    var grid = input
    for layer in try convolutions() {
      if layer.halves {
        grid.rows = (grid.rows + 1) / 2
        grid.columns = (grid.columns + 1) / 2
      }
      convolution = try convolution.plus(layer.weights.times(Int128(grid.patches)))
    }
    return EncoderFLOPs(
      convolution: try convolution.times(count), linear: try linear.times(count),
      attention: try attention.times(count))
  }
}
