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
    guard let shape = EncoderShape(section), let headDim = shape.evenHeadDim(section) else {
      return nil
    }
    let hasClassToken =
      section.modelType == "clip_vision_model" || section.modelType == "llava.vision_config"
    let pools =
      section.modelType == "siglip_vision_model" && section.flag("vision_use_head", or: true)
    guard (0..<shape.layers).contains(unusedLayers) else {
      section.report(
        .inconsistent, nil,
        "the features are taken from a layer that \(shape.layers) layers do not have")
      return nil
    }
    // CLIP: class token, positions of it too, norms before and behind. SigLIP: a bias of the patch
    // embedding, positions, a norm behind.
    let vectors = section.parameters(
      .many(shape.patches + (hasClassToken ? 6 : 3), shape.hidden),
      .many(shape.layers, 9, shape.hidden), .many(shape.layers, shape.intermediate),
      // The head's query, its biases and its norm.
      pools ? .many(8, shape.hidden) + .many(1, shape.intermediate) : 0)
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: shape.layers, unusedLayers: unusedLayers, hidden: shape.hidden,
      intermediate: shape.intermediate, heads: shape.heads, headDim: headDim, patch: shape.patch,
      classToken: hasClassToken, attention: attention, poolingHead: pools,
      vectorParameters: vectors)
  }

  /// SigLIP's layers on images of any size, with rotary positions (VideoLLaMA 3).
  static func readSigLIPWithoutPositions(_ section: ConfigurationSection) -> VisionEncoder? {
    // The size of an image has no part in it.
    guard let shape = EncoderShape(section, forcedImage: 100_000),
      let headDim = shape.evenHeadDim(section),
      // The bias of the patch embedding, nine vectors a layer, and a norm behind.
      let vectors = section.parameters(
        .many(3, shape.hidden), .many(shape.layers, 9, shape.hidden),
        .many(shape.layers, shape.intermediate))
    else { return nil }
    return VisionEncoder(
      layers: shape.layers, hidden: shape.hidden, intermediate: shape.intermediate,
      heads: shape.heads, headDim: headDim, patch: shape.patch, vectorParameters: vectors)
  }

  /// Pixtral: gated MLP, no biases, images of any size packed into one sequence.
  static func readPixtral(_ section: ConfigurationSection) -> VisionEncoder? {
    guard section.isModelType(among: ["pixtral"]), let shape = EncoderShape(section),
      let headDim = shape.evenHeadDim(section),
      let vectors = section.parameters(.many(2 * shape.layers + 1, shape.hidden))
    else { return nil }
    if let given = section.given("head_dim"), given != headDim {
      section.report(
        .inconsistent, "head_dim",
        "'head_dim' is \(given), and \(shape.heads) heads share the hidden size \(shape.hidden)")
      return nil
    }
    return VisionEncoder(
      layers: shape.layers, hidden: shape.hidden, intermediate: shape.intermediate, mlpMatrices: 3,
      heads: shape.heads, headDim: headDim, patch: shape.patch, attention: .packed,
      vectorParameters: vectors)
  }
}

/// The sizes that most encoders' configurations have.
struct EncoderShape {
  let layers: Int
  let hidden: Int
  let intermediate: Int
  let heads: Int
  let patch: Int
  /// Patches of the square image that the encoder is made for.
  let patches: Int

  /// Reads them; `nil` after reporting why.
  ///
  /// - Parameters:
  ///   - section: The encoder's part of a configuration.
  ///   - forcedImage: The side of the image where another part of the configuration has it.
  init?(_ section: ConfigurationSection, forcedImage: Int? = nil) {
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size("hidden_size")
    let intermediate = section.size("intermediate_size")
    let heads = section.size("num_attention_heads")
    let patch = section.size("patch_size", in: 1...100_000)
    let image = forcedImage ?? section.size("image_size", in: 1...1_000_000)
    guard let layers, let hidden, let intermediate, let heads, let patch, let image,
      section.holdsPatch(image: image, patch: patch)
    else { return nil }
    self.layers = layers
    self.hidden = hidden
    self.intermediate = intermediate
    self.heads = heads
    self.patch = patch
    patches = (image / patch) * (image / patch)
  }

  /// The width of a head where the heads share the hidden size evenly.
  func evenHeadDim(_ section: ConfigurationSection) -> Int? {
    section.evenHeads(hidden: hidden, heads: heads)
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
  func featureLayers(of layers: Int, or fallback: [Int]) -> (unused: Int, count: Int)? {
    let chosen: [Int]
    switch self["vision_feature_layer"] {
    case .list: chosen = integers("vision_feature_layer") ?? []
    case nil: chosen = fallback
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
    guard case .list(let layers)? = self["vision_feature_layer"], layers.count != 1 else {
      return true
    }
    report(
      .unsupported, "vision_feature_layer",
      "no closed form for the features of several layers of this encoder")
    return false
  }
}
