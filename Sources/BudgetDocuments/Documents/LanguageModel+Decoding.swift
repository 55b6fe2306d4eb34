import ComputeCosts
import SourceText

extension LanguageModel {
  /// Reads the `language` mapping of a cost model.
  static func decode(_ field: Field) -> LanguageModel? {
    guard var reader = field.mapping() else { return nil }
    let layers = reader.size("layers")
    let hidden = reader.size("hidden")
    let heads = reader.size("heads")
    let kvHeads = reader.size("kv_heads")
    let headDimField = reader.optional("head_dim")
    let headDim = headDimField?.integer(in: 1...largestSize)
    let intermediate = reader.size("intermediate")
    let vocabulary = reader.size("vocabulary")
    let mlpMatrices = reader.optional("mlp_matrices")?.integer(in: 2...3)
    let tied = reader.optional("tied_embeddings")?.bool()
    let gate = reader.optional("output_gate")?.bool()
    let slidingField = reader.optional("sliding")
    let sliding = slidingField.flatMap(decodeSliding)
    let crossField = reader.optional("cross_layers")
    let cross = crossField?.integer(in: 0...largestSize)
    let mixersField = reader.optional("mixers")
    let mixers = mixersField?.items()?.compactMap(MixerLayers.decode) ?? []
    let expertsField = reader.optional("experts")
    let experts = expertsField.flatMap(MixtureOfExperts.decode)
    let mlpsField = reader.optional("mlps")
    let mlps = mlpsField?.items()?.compactMap(MLPLayers.decode) ?? []
    let layerEmbeddings = reader.optional("layer_embeddings").flatMap(LayerEmbeddings.decode)
    let laurel = reader.optional("laurel_rank")?.integer(in: 0...largestSize)
    let streams = reader.optional("altup_inputs")?.integer(in: 1...LanguageModel.mostStreams)
    let rowsField = reader.optional("embedding_rows")
    let rows = rowsField?.integer(in: 1...largestSize)
    let others = reader.optional("other_parameters")?.integer(in: 0...1_000_000_000_000)
    reader.finish()
    if let heads, let kvHeads, heads % kvHeads != 0 {
      field.report(
        .headsNotDividing, "\(kvHeads) kv_heads do not divide \(heads) heads evenly")
    }
    if headDimField == nil, let hidden, let heads, hidden % heads != 0 {
      field.report(
        .headsNotDividing,
        "\(heads) heads do not divide the hidden size \(hidden) evenly, and 'head_dim' is not given"
      )
    }
    if let layers {
      let left = layers - (cross ?? 0)
      // Each is at most a largest size; lists of documents are bounded.
      let mixing = mixers.reduce(0) { $0 + $1.layers }
      if let cross, cross >= layers {
        crossField?.report(
          .architectureInconsistent, "\(cross) of \(layers) layers cannot all be cross-attention")
      } else if let sliding, sliding.layers > left {
        slidingField?.report(
          .architectureInconsistent, "\(sliding.layers) sliding layers are more than \(left)")
      } else if mixing > left - (sliding?.layers ?? 0) {
        mixersField?.report(
          .architectureInconsistent,
          "\(mixing) layers of mixers are more than \(left - (sliding?.layers ?? 0))")
      }
      if let experts, experts.denseLayers > layers {
        expertsField?.report(
          .architectureInconsistent, "\(experts.denseLayers) dense layers are more than \(layers)")
      }
      // A wrong number of cross-attention layers or experts is reported above.
      let most = LanguageModel.mlpLayers(
        of: layers, crossLayers: min(cross ?? 0, layers), experts: experts)
      let sized = mlps.reduce(0) { $0 + $1.layers }
      if sized > most {
        mlpsField?.report(
          .architectureInconsistent, "\(sized) layers of mlps are more than the \(most) with an MLP"
        )
      }
      if experts != nil, let cross, cross > 0 {
        expertsField?.report(
          .architectureInconsistent, "experts beside cross-attention layers have no closed form")
      }
    }
    if let rows, let vocabulary, rows < vocabulary {
      rowsField?.report(
        .architectureInconsistent, "\(rows) embedding rows are fewer than \(vocabulary)")
    }
    guard !field.sink.hasErrors, let layers, let hidden, let heads, let kvHeads,
      let intermediate, let vocabulary
    else { return nil }
    return LanguageModel(
      layers: layers, hidden: hidden, heads: heads, kvHeads: kvHeads,
      headDim: headDim ?? hidden / heads, intermediate: intermediate,
      mlpMatrices: mlpMatrices ?? 3, vocabulary: vocabulary, tiedEmbeddings: tied ?? false,
      outputGate: gate ?? false, sliding: sliding, crossLayers: cross ?? 0, mixers: mixers,
      otherMLPs: mlps, experts: experts, layerEmbeddings: layerEmbeddings,
      laurelRank: laurel ?? 0, altUpInputs: streams,
      vectorParameters: others ?? 0, embeddingRows: rows)
  }

  private static func decodeSliding(_ field: Field) -> SlidingWindow? {
    guard var reader = field.mapping() else { return nil }
    let window = reader.size("window")
    let layers = reader.size("layers")
    reader.finish()
    guard let window, let layers else { return nil }
    return SlidingWindow(window: window, layers: layers)
  }
}

extension MLPLayers {
  /// Reads an item of `mlps`: `{ layers, intermediate }`.
  static func decode(_ field: Field) -> MLPLayers? {
    guard var reader = field.mapping() else { return nil }
    let layers = reader.size("layers")
    let intermediate = reader.size("intermediate")
    reader.finish()
    guard let layers, let intermediate else { return nil }
    return MLPLayers(layers: layers, intermediate: intermediate)
  }
}

extension LayerEmbeddings {
  /// Reads the `layer_embeddings` mapping of a language model: `{ rows, width }`.
  static func decode(_ field: Field) -> LayerEmbeddings? {
    guard var reader = field.mapping() else { return nil }
    let rows = reader.size("rows")
    let width = reader.size("width")
    reader.finish()
    guard let rows, let width else { return nil }
    return LayerEmbeddings(rows: rows, width: width)
  }
}

extension MixtureOfExperts {
  /// Reads the `experts` mapping of a language model.
  static func decode(_ field: Field) -> MixtureOfExperts? {
    guard var reader = field.mapping() else { return nil }
    let count = reader.size("count")
    let activeField = reader.required("active")
    let active = activeField?.integer(in: 1...largestSize)
    let intermediate = reader.size("intermediate")
    let shared = reader.optional("shared_intermediate")?.integer(in: 0...largestSize)
    let gate = reader.optional("shared_gate")?.bool()
    let vision = reader.optional("vision_intermediate")?.integer(in: 1...largestSize)
    let dense = reader.optional("dense_layers")?.integer(in: 0...largestSize)
    let beside = reader.optional("beside_mlp")?.bool()
    reader.finish()
    if let count, let active, active > count {
      activeField?.report(
        .architectureInconsistent, "\(active) of \(count) experts cannot be active")
    }
    guard !field.sink.hasErrors, let count, let active, let intermediate else { return nil }
    return MixtureOfExperts(
      experts: count, active: active, intermediate: intermediate,
      sharedIntermediate: shared ?? 0, hasSharedGate: gate ?? false, denseLayers: dense ?? 0,
      besideMLP: beside ?? false,
      visionIntermediate: vision)
  }
}
