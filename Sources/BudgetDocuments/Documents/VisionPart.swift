import ComputeCosts
import SourceText

/// The `vision` mapping of a cost model.
struct VisionPart {
  let encoder: VisionEncoder
  let connector: Connector
  /// How images become tokens; `nil` where the document does not say.
  let processor: ComputeCostModel.Processor?
  /// How videos become tokens; `nil` where the document does not say.
  let video: VideoPart?
  /// What the encoder sees where its image has one size.
  let fixedLayout: ImageLayout?

  static func decode(_ field: Field) -> VisionPart? {
    guard var reader = field.mapping() else { return nil }
    let familyField = reader.required("family")
    let family = familyField.flatMap(family)
    let encoder = reader.required("encoder").flatMap(decodeEncoder)
    let connectorField = reader.required("connector")
    let connector = connectorField.flatMap { connectorField in
      // Without an encoder its width is unknown; what else is wrong is still found.
      decodeConnector(connectorField, encoderHidden: encoder?.encoder.hidden)
    }
    let processorField = reader.optional("processor")
    var processor: ComputeCostModel.Processor?
    var conflict: SettingConflict?
    if let processorField, let family,
      let (found, values) = decodeProcessor(processorField, family)
    {
      processor = found
      if let encoder, let connector {
        conflict = family.conflict(between: values, and: encoder.encoder, connector)
      }
    }
    let videoField = reader.optional("video_processor")
    var video: VideoPart?
    var videoConflict: SettingConflict?
    if let videoField, let family, let (found, values) = decodeVideo(videoField, family) {
      video = found
      if let encoder, let connector {
        videoConflict = family.conflict(between: values, and: encoder.encoder, connector)
      }
    }
    reader.finish()
    if let conflict { processorField?.report(.architectureInconsistent, conflict.message) }
    if let rule = processor?.rule, let any = ImageSize(width: 500, height: 500),
      let layout = try? rule.layout(of: any), layout.inputs.isEmpty
    {
      familyField?.report(
        .unsupportedFamily, "the token rule of this family does not say what its encoder sees",
        suggestion:
          "give the totals instead: 'flops: { fixed: …, per_token: …, per_token_squared: … }'")
      return nil
    }
    if let videoConflict { videoField?.report(.architectureInconsistent, videoConflict.message) }
    guard let encoder, let connector, let family, conflict == nil, videoConflict == nil,
      processorField == nil || processor != nil, videoField == nil || video != nil
    else { return nil }
    if processor == nil, family.takesOneSquare, let input = encoder.layout?.inputs.first,
      input.rows * encoder.encoder.patch <= ProcessorLimits.side
    {
      processor = ComputeCostModel.Processor(
        family: family,
        rule: FixedImageTokens(
          imageSize: input.rows * encoder.encoder.patch, patch: encoder.encoder.patch))
    }
    return VisionPart(
      encoder: encoder.encoder, connector: connector, processor: processor, video: video,
      fixedLayout: encoder.layout)
  }

  private static func family(_ field: Field) -> ModelFamily? {
    guard let name = field.text() else { return nil }
    if let family = ModelFamily.named(name), !family.isHosted { return family }
    let names = ModelFamily.all.filter { !$0.isHosted }.map(\.name)
    let nearest: Suggestion =
      nearestName(to: name, among: names).map { "did you mean '\($0)'? Or " } ?? ""
    field.report(
      .unsupportedFamily,
      "no family with a published encoder is called \(quoted(name)); supported: "
        + names.joined(separator: ", "),
      suggestion: nearest + "give the totals instead: 'flops: { fixed: …, per_token: …, "
        + "per_token_squared: … }'")
    return nil
  }

  // MARK: Encoder

  private static func decodeEncoder(
    _ field: Field
  ) -> (encoder: VisionEncoder, layout: ImageLayout?)? {
    guard var reader = field.mapping() else { return nil }
    let layers = reader.required("layers")?.integer(in: 0...largestSize)
    let hidden = reader.size("hidden")
    let intermediate = reader.size("intermediate")
    let heads = reader.size("heads")
    let kvHeadsField = reader.optional("kv_heads")
    let kvHeads = kvHeadsField?.integer(in: 1...largestSize)
    let headDimField = reader.optional("head_dim")
    let headDim = headDimField?.integer(in: 1...largestSize)
    let patch = reader.size("patch")
    let imageField = reader.optional("image")
    let image = imageField?.integer(in: 1...1_000_000)
    let classToken = reader.required("class_token")?.bool()
    let mlpMatrices = reader.optional("mlp_matrices")?.integer(in: 2...3)
    let temporalPatch = reader.optional("temporal_patch")?.integer(in: 1...1000)
    let unusedField = reader.optional("unused_layers")
    let unused = unusedField?.integer(in: 0...largestSize)
    let multiple = reader.optional("sequence_multiple")?.integer(in: 1...10_000)
    let attention = reader.optional("attention")?.word(among: [
      "per-input", "per-image", "packed", "padded",
    ])
    let windowField = reader.optional("window")
    let window = windowField?.integer(in: 1...100_000)
    let fullField = reader.optional("full_attention_layers")
    let full = fullField?.integer(in: 0...largestSize)
    let pools = reader.optional("pooling_head")?.bool()
    let pooling = reader.optional("pooling")?.integer(in: 1...1000)
    let trunk = reader.optional("trunk").flatMap(SAMTrunk.decode)
    let queries = reader.optional("queries")?.items(atLeast: 1)?.compactMap {
      $0.integer(in: 1...ProcessorLimits.tokens)
    }
    let networkField = reader.optional("network")
    let network = networkField.flatMap(PatchNetwork.decode)
    let others = reader.optional("other_parameters")?.integer(in: 0...1_000_000_000_000)
    reader.finish()
    if headDimField == nil, let hidden, let heads, hidden % heads != 0 {
      field.report(
        .headsNotDividing, "\(heads) heads do not divide the hidden size \(hidden) evenly")
    }
    if let heads, let kvHeads, heads % kvHeads != 0 {
      kvHeadsField?.report(
        .headsNotDividing, "\(kvHeads) kv_heads do not divide \(heads) heads evenly")
    }
    if let image, let patch, image < patch {
      imageField?.report(
        .imageSmallerThanPatch, "an image of \(image) pixels holds no patch of \(patch)")
    }
    if let layers, let unused, unused > 0, unused >= layers {
      unusedField?.report(
        .architectureInconsistent, "\(unused) of \(layers) layers cannot all be unused")
    }
    if networkField != nil, let layers, layers > 0 {
      networkField?.report(
        .architectureInconsistent, "a network runs in place of layers, and there are \(layers)")
    }
    if let layers, let full, full > layers {
      fullField?.report(
        .architectureInconsistent, "\(full) of \(layers) layers cannot attend to everything")
    }
    if (windowField == nil) != (fullField == nil) {
      field.report(
        .architectureInconsistent,
        "'window' and 'full_attention_layers' of \(field.name) belong together")
    }
    if windowField != nil, let attention, attention != "per-input" {
      windowField?.report(
        .architectureInconsistent, "windows are cut within an input, not \(attention)")
    }
    guard !field.sink.hasErrors, let layers, let hidden, let intermediate, let heads, let patch,
      let classToken
    else { return nil }
    let kind: VisionEncoder.Attention =
      if let window, let full { .windowed(side: window, fullLayers: full) } else {
        switch attention {
        case "per-image": .perImage
        case "packed": .packed
        case "padded": .padded
        default: .perInput
        }
      }
    let encoder = VisionEncoder(
      layers: layers, unusedLayers: unused ?? 0, hidden: hidden, intermediate: intermediate,
      mlpMatrices: mlpMatrices ?? 2, heads: heads, kvHeads: kvHeads,
      headDim: headDim ?? hidden / heads, patch: patch, temporalPatch: temporalPatch ?? 1,
      classToken: classToken, sequenceMultiple: multiple ?? 1, attention: kind,
      poolingHead: pools ?? false, pooling: pooling ?? 1, network: network, trunk: trunk,
      queries: queries ?? [],
      vectorParameters: others ?? 0)
    let layout = image.map { image in
      let side = image / patch
      return ImageLayout(
        tokens: side * side, inputs: [EncoderInput(rows: side, columns: side)])
    }
    return (encoder, layout)
  }

  // MARK: Connector

  private static func decodeConnector(_ field: Field, encoderHidden: Int?) -> Connector? {
    guard var reader = field.mapping() else { return nil }
    let words =
      Connector.Form.words.map(\.word)
      + ["merged-mlp3", "downsample-gated", "merged-gated", "spatio-temporal", "perceiver"]
    let widened = ["downsample-gated", "merged-gated", "merged-mlp3"]
    let form = reader.required("form")?.word(among: words)
    let merge = reader.optional("merge")?.integer(in: 1...1000)
    let pads = reader.optional("pads_grid")?.bool()
    let extra = reader.optional("extra_mergers")?.integer(in: 0...1000)
    let input = reader.optional("input")?.integer(in: 1...largestSize)
    let basis = reader.optional("basis")?.word(among: Connector.Basis.allCases.map(\.rawValue))
    let others = reader.optional("other_parameters")?.integer(in: 0...1_000_000_000_000)
    let perceiverField = reader.optional("perceiver")
    let perceiver = perceiverField.flatMap(decodePerceiver)
    let intermediateField = reader.optional("intermediate")
    let intermediate = intermediateField?.integer(in: 1...largestSize)
    let framesField = reader.optional("frames")
    let frames = framesField?.integer(in: 1...1000)
    reader.finish()
    if form == "spatio-temporal", framesField == nil {
      field.report(.missingKey, "\(field.name) lacks the key 'frames', which its form needs")
    }
    if let form, form != "spatio-temporal" {
      framesField?.report(
        .architectureInconsistent, "a connector of the form \(form) has no frames")
    }
    if let form, widened.contains(form), intermediateField == nil {
      field.report(
        .missingKey, "\(field.name) lacks the key 'intermediate', which its form needs")
    }
    if let form, !widened.contains(form) {
      intermediateField?.report(
        .architectureInconsistent, "a connector of the form \(form) has no intermediate")
    }
    if form == "perceiver", perceiverField == nil {
      field.report(
        .missingKey, "\(field.name) lacks the key 'perceiver', which its form needs")
    }
    if let form, form != "perceiver" {
      perceiverField?.report(
        .architectureInconsistent, "a connector of the form \(form) has no perceiver")
    }
    if form == "perceiver", let basis, basis != Connector.Basis.patches.rawValue {
      field.report(
        .architectureInconsistent, "a perceiver reads the patches, not the \(basis)")
    }
    guard !field.sink.hasErrors, let form, let width = input ?? encoderHidden else { return nil }
    let kind =
      Connector.Form.words.first { $0.word == form }?.form ?? perceiver.map { .perceiver($0) }
      ?? intermediate.map {
        switch form {
        case "merged-mlp3": .mergedMLP3(width: $0)
        case "merged-gated": .mergedGated(intermediate: $0)
        default: .downsampleGated(intermediate: $0)
        }
      }
      ?? frames.map { .spatioTemporal(frames: $0) }
    guard let kind else { return nil }
    return Connector(
      form: kind, merge: merge ?? 1, padsGrid: pads ?? false, extraMergers: extra ?? 0,
      inputWidth: width,
      basis: basis.flatMap(Connector.Basis.init) ?? .patches, vectorParameters: others ?? 0)
  }

  private static func decodePerceiver(_ field: Field) -> Perceiver? {
    guard var reader = field.mapping() else { return nil }
    let intermediate = reader.size("intermediate")
    let depth = reader.size("depth")
    let latents = reader.size("latents")
    let heads = reader.size("heads")
    let kvHeads = reader.size("kv_heads")
    let headDim = reader.size("head_dim")
    reader.finish()
    if let heads, let kvHeads, heads % kvHeads != 0 {
      field.report(
        .headsNotDividing, "\(kvHeads) kv_heads do not divide \(heads) heads evenly")
      return nil
    }
    guard let intermediate, let depth, let latents, let heads, let kvHeads, let headDim
    else { return nil }
    return Perceiver(
      intermediate: intermediate, depth: depth, latents: latents, heads: heads, kvHeads: kvHeads,
      headDim: headDim)
  }
}

extension PatchNetwork {
  /// Reads the `network` mapping of an encoder: `{ per_patch, per_pair, parameters }`.
  static func decode(_ field: Field) -> PatchNetwork? {
    guard var reader = field.mapping() else { return nil }
    let perPatch = reader.required("per_patch")?.integer(in: 0...most)
    let perPair = reader.required("per_pair")?.integer(in: 0...most)
    let parameters = reader.required("parameters")?.integer(in: 0...most)
    reader.finish()
    guard let perPatch, let perPair, let parameters else { return nil }
    return PatchNetwork(perPatch: perPatch, perPair: perPair, parameters: parameters)
  }
}

extension MappingReader {
  /// A size of an architecture that must be there.
  mutating func size(_ key: String) -> Int? { required(key)?.integer(in: 1...largestSize) }
}

extension Diagnostic.Code {
  /// A setting of a token rule is unknown, given twice, or has a value that it cannot have.
  public static let settingInvalid = Self("tokens.setting-invalid")
}

extension Connector.Form {
  /// Words of the forms without parts of their own.
  static let words: [(word: String, form: Connector.Form)] = [
    ("linear", .linear), ("mlp2", .mlp2), ("merged-linear", .mergedLinear),
    ("merged-mlp2", .mergedMLP2), ("patch-merger", .patchMerger),
    ("merge-then-mlp2", .mergeThenMLP2), ("row-merger", .rowMerger),
  ]

  /// The form as documents spell it.
  var word: String {
    switch self {
    case .mergedMLP3: "merged-mlp3"
    case .downsampleGated: "downsample-gated"
    case .mergedGated: "merged-gated"
    case .spatioTemporal: "spatio-temporal"
    case .perceiver: "perceiver"
    default: Self.words.first { $0.form == self }?.word ?? "perceiver"
    }
  }
}
