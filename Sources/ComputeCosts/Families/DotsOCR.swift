extension ModelFamily {
  /// dots.ocr: an encoder of gated MLPs on the grid of Qwen2-VL, its merger, and Qwen2.
  ///
  /// - Source: the published remote code of `rednote-hilab/dots.ocr`, and vLLM's copy of it; it is no class of
  ///   transformers.
  package static let dotsOCR = ModelFamily(
    name: "dots-ocr", aliases: ["dots.ocr"], modelTypes: ["dots_ocr"],
    processors: ["DotsVLProcessor"], sharedProcessors: ["Qwen2VLImageProcessor"],
    publishedNames: [
      PublishedName("dots.ocr"), PublishedName("dots-ocr"), PublishedName("dots.mocr"),
    ],
    settings: gridSettings(maxPixels: 11_289_600),
    rule: gridRule,
    architecture: { reader in
      let vision = reader.section(["vision_config"], modelType: "dots_vision").named("dots_vision")
      let layers = vision.size("num_hidden_layers", in: 1...100_000)
      let hidden = vision.size("embed_dim")
      let output = vision.size("hidden_size")
      let intermediate = vision.size("intermediate_size")
      let heads = vision.size("num_attention_heads")
      let patch = vision.size("patch_size", in: 1...100_000)
      let merge = vision.size("spatial_merge_size", in: 1...1000)
      // Only the first frame of a patch is looked at.
      reader.ask(vision.path + ["temporal_patch_size"])
      let hasBiases = vision.flag("use_bias", or: false)
      let hasNorm = vision.flag("post_norm", or: true)
      guard let layers, let hidden, let output, let intermediate, let heads, let patch, let merge,
        let headDim = vision.evenHeads(hidden: hidden, heads: heads)
      else { return nil }
      let width = Int128(hidden)
      let biases = hasBiases ? 5 * width + Int128.many(2, intermediate) : 0
      // Bias and norm of the patch embedding, two norms a layer, a norm behind.
      let vectors = vision.parameters(
        2 * width + (hasNorm ? width : 0), Int128(layers) * (2 * width + biases))
      guard let vectors else { return nil }
      return readQwen(
        reader, text: "qwen2",
        encoder: VisionEncoder(
          layers: layers, hidden: hidden, intermediate: intermediate, mlpMatrices: 3, heads: heads,
          headDim: headDim, patch: patch, vectorParameters: vectors),
        merge: merge, mergerVectors: 2 * hidden, output: (vision, "hidden_size"))
    })
}
