/// The encoder of Segment Anything, from its part of a configuration.
struct SAMReading {
  let trunk: SAMTrunk
  let patch: Int
  /// Norms, biases and positions.
  let vectors: Int128

  /// Reads it by the keys of its class; `nil` after reporting why.
  ///
  /// - Parameters:
  ///   - section: The part.
  ///   - downsampled: Channels behind its last convolutions where the part does not say.
  init?(_ section: ConfigurationSection, downsampled: [Int]) {
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size("hidden_size")
    let heads = section.size("num_attention_heads")
    let neck = section.size("output_channels")
    let window = section.size("window_size", in: 1...100_000)
    let ratio = section.number("mlp_ratio") ?? 4
    let mlp = section.given("mlp_dim")
    let image = section.size("image_size", in: 1...1_000_000)
    let patch = section.size("patch_size", in: 1...100_000)
    let listed = section.integers("global_attn_indexes") ?? [2, 5, 8, 11]
    let channels = section.integers("downsample_channels") ?? downsampled
    let hasPositions = section.flag("use_abs_pos", or: true)
    let hasRelative = section.flag("use_rel_pos", or: true)
    let hasBiases = section.flag("qkv_bias", or: true)
    // The class writes what it derives.
    _ = section["scale"]
    let scaled = (Double(hidden ?? 1) * ratio).rounded(.down)
    guard mlp != nil || (1...Double(largestSize)).contains(scaled) else {
      section.report(
        .inconsistent, "mlp_ratio",
        "an MLP of \(ratio) times \(hidden ?? 1): no model has such a size")
      return nil
    }
    self.init(
      section, layers: layers, hidden: hidden, heads: heads, intermediate: mlp ?? Int(scaled),
      neck: neck, window: window, image: image, patch: patch, global: listed, channels: channels,
      convolutions: downsampled.count, hasPositions: hasPositions, hasRelative: hasRelative,
      hasBiases: hasBiases)
  }

  /// Reads it by the few keys that DeepSeek-OCR publishes; its code fixes the rest.
  ///
  /// - Parameter isFixed: Whether the code fixes the channels too, whatever the part says.
  init?(published section: ConfigurationSection, downsampled: [Int], isFixed: Bool = false) {
    let listed = section.integers("downsample_channels")
    let hidden = section.size("width")
    self.init(
      section, layers: section.size("layers", in: 1...100_000), hidden: hidden,
      heads: section.size("heads"), intermediate: hidden.map { min(4 * $0, largestSize) } ?? 1,
      neck: 256, window: 14, image: 1024, patch: 16,
      global: section.integers("global_attn_indexes") ?? [2, 5, 8, 11],
      channels: isFixed ? downsampled : listed ?? downsampled,
      convolutions: downsampled.count, hasPositions: true, hasRelative: true, hasBiases: true)
  }

  private init?(
    _ section: ConfigurationSection, layers: Int?, hidden: Int?, heads: Int?, intermediate: Int,
    neck: Int?, window: Int?, image: Int?, patch: Int?, global listed: [Int], channels: [Int],
    convolutions: Int, hasPositions: Bool, hasRelative: Bool, hasBiases: Bool
  ) {
    guard let layers, let hidden, let heads, let neck, let window, let image, let patch,
      let headDim = section.evenHeads(hidden: hidden, heads: heads),
      section.holdsPatch(image: image, patch: patch)
    else { return nil }
    guard channels.count == convolutions,
      channels.allSatisfy({ (1...largestSize).contains($0) })
    else {
      section.report(
        .unsupported, "downsample_channels",
        "there is a rule for \(convolutions) convolutions behind the layers only")
      return nil
    }
    let global = Set(listed).filter { (0..<layers).contains($0) }.count
    trunk = SAMTrunk(
      layers: layers, globalLayers: global, hidden: hidden, intermediate: intermediate,
      heads: heads, headDim: headDim, window: window, relativePositions: hasRelative, neck: neck,
      downsampled: channels)
    self.patch = patch
    let side = image / patch
    var vectors: Int128 = .many(hasPositions ? side * side + 1 : 1, hidden) + .many(4, neck)
    vectors += .many(layers, (hasBiases ? 3 : 0) + 6, hidden) + .many(layers, intermediate)
    if hasRelative {
      vectors += .many(layers - global, 2, 2 * window - 1, headDim)
      vectors += .many(global, 2, 2 * side - 1, headDim)
    }
    self.vectors = vectors
  }
}
