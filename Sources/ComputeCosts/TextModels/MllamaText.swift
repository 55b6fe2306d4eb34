/// Llama 3.2 Vision's language model, some of whose layers read the images.
extension TextClass {
  static let mllama = TextClass(
    modelType: "mllama_text_model",
    sizes: [
      "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
      "num_hidden_layers": 40, "num_key_value_heads": 8, "vocab_size": 128256,
    ],
    // Eight rows for the image token and its reserve stand in the embedding only.
    extraEmbeddingRows: 8,
    crossLayers: { section, layers in
      let listed = section.integers("cross_attention_layers")
      if listed == nil {
        section.reader.note(
          section.path + ["cross_attention_layers"], "3, 8, 13 … 38",
          "default of the class mllama_text_model")
      }
      let cross = listed ?? [3, 8, 13, 18, 23, 28, 33, 38]
      guard Set(cross).count == cross.count, cross.allSatisfy({ (0..<layers).contains($0) }),
        cross.count < layers
      else {
        section.report(
          .inconsistent, "cross_attention_layers",
          "the cross-attention layers must be different layers of the \(layers)")
        return nil
      }
      return cross.count
    })
}
