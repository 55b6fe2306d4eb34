import ComputeCosts
import SourceText

extension SAMTrunk {
  /// Reads the `trunk` mapping of an encoder.
  static func decode(_ field: Field) -> SAMTrunk? {
    guard var reader = field.mapping() else { return nil }
    let layers = reader.size("layers")
    let globalField = reader.required("global_layers")
    let global = globalField?.integer(in: 0...largestSize)
    let hidden = reader.size("hidden")
    let intermediate = reader.size("intermediate")
    let heads = reader.size("heads")
    let headDim = reader.size("head_dim")
    let window = reader.required("window")?.integer(in: 1...100_000)
    let relative = reader.optional("relative_positions")?.bool()
    let neck = reader.size("neck")
    let downsampled = reader.required("downsampled")?.items(atLeast: 1)?.compactMap {
      $0.integer(in: 1...largestSize)
    }
    reader.finish()
    if let layers, let global, global > layers {
      globalField?.report(
        .architectureInconsistent, "\(global) of \(layers) layers cannot be global")
    }
    guard !field.sink.hasErrors, let layers, let global, let hidden, let intermediate, let heads,
      let headDim, let window, let neck, let downsampled
    else { return nil }
    return SAMTrunk(
      layers: layers, globalLayers: global, hidden: hidden, intermediate: intermediate,
      heads: heads, headDim: headDim, window: window, relativePositions: relative ?? true,
      neck: neck, downsampled: downsampled)
  }

  /// What a `trunk` mapping holds, in order.
  var entries: [(key: String, value: String)] {
    [
      ("layers", "\(layers)"), ("global_layers", "\(globalLayers)"), ("hidden", "\(hidden)"),
      ("intermediate", "\(intermediate)"), ("heads", "\(heads)"), ("head_dim", "\(headDim)"),
      ("window", "\(window)"), ("relative_positions", "\(relativePositions)"), ("neck", "\(neck)"),
      ("downsampled", "\(downsampled)"),
    ]
  }
}
