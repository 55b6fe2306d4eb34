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
    if section.modelType == "siglip_vision_model", section.value["vision_use_head"] != .bool(false)
    {
      section.reader.note(
        section.path + ["vision_use_head"], "true",
        "default of the class; the pooling head that then runs is not counted")
    }
    guard (0..<layers).contains(unusedLayers) else {
      section.report(
        .inconsistent, nil, "the features are taken from a layer that \(layers) layers do not have")
      return nil
    }
    let patches = (image / patch) * (image / patch)
    // CLIP: class token, positions of it too, norms before and behind. SigLIP: a bias of the patch
    // embedding, positions, a norm behind.
    let vectors = section.parameters(
      .init(patches + (hasClassToken ? 6 : 3)) * Int128(hidden),
      Int128(layers) * (9 * Int128(hidden) + Int128(intermediate)))
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: layers, unusedLayers: unusedLayers, hidden: hidden, intermediate: intermediate,
      heads: heads, headDim: headDim, patch: patch, classToken: hasClassToken,
      attention: attention,
      vectorParameters: vectors)
  }

  /// Pixtral: gated MLP, no biases, images of any size packed into one sequence.
  static func readPixtral(_ section: ConfigurationSection) -> VisionEncoder? {
    guard section.isModelType(among: ["pixtral"]) else { return nil }
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
    guard let vectors = section.parameters((1 + 2 * Int128(layers)) * Int128(hidden)) else {
      return nil
    }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, mlpMatrices: 3, heads: heads,
      headDim: headDim, patch: patch, attention: .packed, vectorParameters: vectors)
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

  /// The layers that `vision_feature_layer` names: −1 is the last, and several are put side by side.
  ///
  /// - Returns: How many layers lie behind the last of them, and how many they are; `nil` after
  ///   reporting that there are none.
  func featureLayers(of layers: Int, or fallback: Int) -> (unused: Int, count: Int)? {
    let chosen: [Int]
    switch value["vision_feature_layer"] {
    case .list: chosen = integers("vision_feature_layer") ?? []
    case nil: chosen = [fallback]
    default: chosen = given("vision_feature_layer", in: -100_000...100_000).map { [$0] } ?? []
    }
    // Hidden state 0 is the embedding: state k is the output of layer k.
    let unused = chosen.map { $0 < 0 ? -1 - max($0, -100_001) : layers - min($0, 100_001) }
    guard let least = unused.min(), chosen.count <= 1000 else {
      report(.wrongValue, "vision_feature_layer", "'vision_feature_layer' must name layers")
      return nil
    }
    return (least, chosen.count)
  }

  /// Whether the features are those of one layer, as in Pixtral's closed form.
  var takesOneLayer: Bool {
    guard case .list(let layers)? = value["vision_feature_layer"], layers.count != 1 else {
      return true
    }
    report(
      .unsupported, "vision_feature_layer",
      "no closed form for the features of several layers of this encoder")
    return false
  }
}
