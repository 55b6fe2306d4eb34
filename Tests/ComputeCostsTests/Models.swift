import ComputeCosts

/// LLaVA-1.5-7B as its published configuration says.
func llava(
  budget: VisionLanguageModel.Budget? = nil, language: LanguageModel? = nil
) -> VisionLanguageModel {
  VisionLanguageModel(
    encoder: VisionEncoder(
      layers: 24, unusedLayers: 1, hidden: 1024, intermediate: 4096, heads: 16, headDim: 64,
      patch: 14, classToken: true),
    connector: Connector(form: .mlp2, inputWidth: 1024, basis: .patches),
    language: language
      ?? LanguageModel(
        layers: 32, hidden: 4096, heads: 32, kvHeads: 32, headDim: 128, intermediate: 11008,
        vocabulary: 32064),
    budget: budget
      ?? .reduced(
        .beforeConnector,
        from: ImageLayout(tokens: 576, inputs: [EncoderInput(rows: 24, columns: 24)])))
}

/// A small language model with every feature that changes a count.
func small(
  sliding: SlidingWindow? = nil, crossLayers: Int = 0, experts: MixtureOfExperts? = nil
) -> LanguageModel {
  LanguageModel(
    layers: 6, hidden: 64, heads: 8, kvHeads: 2, headDim: 16, intermediate: 128, vocabulary: 100,
    sliding: sliding, crossLayers: crossLayers, experts: experts)
}
