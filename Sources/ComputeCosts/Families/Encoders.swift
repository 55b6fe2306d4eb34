/// Encoders that several families share, from their part of a configuration.
extension VisionEncoder {
  /// CLIP or SigLIP, with learned position embeddings for a square image.
  ///
  /// - Parameters:
  ///   - section: The part.
  ///   - unusedLayers: Layers behind the one whose output is used.
  ///   - attention: Which tokens attend to each other.
  /// - Returns: `nil` after reporting why.
  static func readCLIP(
    _ section: ConfigurationSection, unusedLayers: Int = 0,
    attention: VisionEncoder.Attention = .perInput
  ) -> VisionEncoder? {
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size("hidden_size")
    let intermediate = section.size("intermediate_size")
    let heads = section.size("num_attention_heads")
    let patch = section.size("patch_size", in: 1...100_000)
    let image = section.size("image_size", in: 1...1_000_000)
    let hasClassToken =
      section.modelType == "clip_vision_model" || section.modelType == "llava.vision_config"
    guard let layers, let hidden, let intermediate, let heads, let patch, let image,
      let headDim = section.evenHeads(hidden: hidden, heads: heads),
      section.holdsPatch(image: image, patch: patch)
    else { return nil }
    guard (0..<layers).contains(unusedLayers) else {
      section.report(
        .inconsistent, nil, "the features are taken from a layer that \(layers) layers do not have")
      return nil
    }
    let patches = (image / patch) * (image / patch)
    // CLIP: class token, positions of it too, norms before and behind. SigLIP: a bias of the patch
    // embedding, positions, a norm behind.
    let outside = hasClassToken ? (patches + 1) * hidden + 5 * hidden : (patches + 3) * hidden
    return VisionEncoder(
      layers: layers, unusedLayers: unusedLayers, hidden: hidden, intermediate: intermediate,
      heads: heads, headDim: headDim, patch: patch, classToken: hasClassToken,
      attention: attention,
      vectorParameters: outside + layers * (9 * hidden + intermediate))
  }

  /// Pixtral: gated MLP, no biases, images of any size packed into one sequence.
  static func readPixtral(_ section: ConfigurationSection) -> VisionEncoder? {
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size("hidden_size")
    let intermediate = section.size("intermediate_size")
    let heads = section.size("num_attention_heads")
    let patch = section.size("patch_size", in: 1...100_000)
    // No product depends on the largest side, but the processor does.
    let image = section.size("image_size", in: 1...1_000_000)
    guard let layers, let hidden, let intermediate, let heads, let patch, let image,
      section.holdsPatch(image: image, patch: patch)
    else { return nil }
    let headDim =
      section.given("head_dim") ?? section.evenHeads(hidden: hidden, heads: heads)
    guard let headDim else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, mlpMatrices: 3, heads: heads,
      headDim: headDim, patch: patch, attention: .packed,
      vectorParameters: hidden + layers * 2 * hidden)
  }
}

extension ConfigurationSection {
  /// The width of a head where the heads share the hidden size evenly.
  func evenHeads(hidden: Int, heads: Int) -> Int? {
    guard hidden % heads == 0 else {
      report(
        .inconsistent, nil, "\(heads) heads do not divide the hidden size \(hidden) evenly")
      return nil
    }
    return hidden / heads
  }

  /// Whether an image holds a patch.
  func holdsPatch(image: Int, patch: Int) -> Bool {
    guard image >= patch else {
      report(
        .inconsistent, "image_size", "an image of \(image) pixels holds no patch of \(patch)")
      return false
    }
    return true
  }

  /// How many layers lie behind the one that `vision_feature_layer` names: −1 is the last; of
  /// several the last counts.
  func unusedLayers(of layers: Int, or fallback: Int) -> Int {
    let chosen: [Int]
    switch value["vision_feature_layer"] {
    case .list: chosen = integers("vision_feature_layer") ?? []
    case nil: chosen = [fallback]
    default: chosen = given("vision_feature_layer", in: -100_000...100_000).map { [$0] } ?? []
    }
    // Hidden state 0 is the embedding: state k is the output of layer k.
    return chosen.map { $0 < 0 ? -1 - $0 : layers - $0 }.min() ?? 0
  }
}
