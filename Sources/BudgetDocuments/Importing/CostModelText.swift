import ComputeCosts
import SourceText

/// A cost model as a YAML document.
struct CostModelText {
  let id: String
  let title: String?
  let hardware: String?
  let source: String
  let family: ModelFamily
  let architecture: Architecture
  let quantization: Quantization?
  let settings: ProcessorSettings
  let defaults: [ConfigurationDefault]
  let partsLeftOut: [[String]]
  /// The video of a request, with its processor's settings; `nil` where it has an image.
  let video: VideoTokenCount?
  let processorFile: String?

  /// The document. Reading it gives the architecture and the settings back.
  var yaml: String {
    var lines = [
      "kind: compute-cost-model",
      "schema: 1",
      // An id such as 1.5 would be read as a number, and '-' as a list.
      "id: \(isPlainText(id) ? id : quotedText(id))",
    ]
    if let title { lines.append("title: \(quotedText(title))") }
    lines.append("")
    lines += remarks
    lines.append("vision:")
    lines.append("  family: \(family.name)")
    lines.append("  encoder: \(flow(encoder))")
    lines.append("  connector: \(flow(connector))")
    lines.append("  processor: \(flow(processor))")
    if let video { lines.append("  video_processor: \(flow(settings(of: video)))") }
    lines.append("")
    lines.append("language: \(flow(language))")
    if architecture.idleParameters > 0 {
      lines.append(
        "# Parts that neither an image nor text passes take memory, and nothing is computed on them."
      )
      lines.append("idle_parameters: \(architecture.idleParameters)")
    }
    lines.append("")
    lines.append(
      "# The processor's setting decides what the encoder sees and how many tokens pass on.")
    lines.append("tokens: { reduce: processor }")
    lines.append("")
    let markers = video?.layouts[0].extraTextTokens ?? 0
    if markers > 0 {
      lines.append(
        "# Of the text tokens \(markers) are markers that the processor adds for the video.")
    }
    let seen = video.map { "video: \(described($0.videos[0]))" } ?? "images: 1"
    lines.append(
      "workload: { \(seen), text_tokens: \(64 + markers), output_tokens: 128, batch: 1 }")
    if let quantization, let storage = quantization.storage {
      lines.append("# By 'quantization_config': \(printable(quantization.words)).")
      let parts = WeightStorage.parts.map { ($0.name, storage[keyPath: $0.type].rawValue) }
      lines.append("weights: \(flow(parts))")
    }
    if let hardware { lines.append("hardware: \(quotedText(hardware))") }
    lines.append("")
    lines.append("source: { cite: \(quotedText(source)) }")
    return lines.joined(separator: "\n") + "\n"
  }

  /// What was not in the files.
  private var remarks: [String] {
    var lines: [String] = []
    if !defaults.isEmpty {
      lines.append("# Not in the configuration, taken from its class or by rule:")
      lines += defaults.map {
        "#   \(printable($0.path.joined(separator: "."))): \(printable($0.value)) (\(printable($0.reason)))"
      }
    }
    let filled = family.settings.compactMap { setting -> String? in
      switch settings.origins[setting.name] {
      case .classDefault?, .example?, .derived?:
        guard let value = settings.values[setting.name], let origin = settings.origins[setting.name]
        else { return nil }
        return "#   \(setting.name): \(short(value)) (\(origin.words))"
      default: return nil
      }
    }
    let ofVideo = (video?.processor.settings ?? []).compactMap { setting -> String? in
      guard let origin = video?.origins[setting.name], let value = video?.values[setting.name]
      else { return nil }
      switch origin {
      case .classDefault, .example: return "#   \(setting.name): \(value) (\(origin.words))"
      case .given, .processor, .configuration, .derived: return nil
      }
    }
    if !ofVideo.isEmpty {
      lines.append("# Settings of videos that no file has:")
      lines += ofVideo
    }
    if !filled.isEmpty {
      lines.append(
        processorFile == nil
          ? "# No processor file was given; settings not in the configuration:"
          : "# Settings that neither file has:")
      lines += filled
    }
    if !partsLeftOut.isEmpty {
      lines.append(
        "# Not counted, as neither images nor text pass through it: "
          + partsLeftOut.map { printable($0.joined(separator: ".")) }.joined(separator: ", "))
    }
    return lines
  }

  private func short(_ value: SettingValue) -> String {
    if case .sizes(let sizes) = value, sizes.count > 8 { return "\(sizes.count) sizes" }
    return value.description
  }

  // MARK: Parts, in the order that people write them

  private typealias Entry = (key: String, value: String)

  private var encoder: [Entry] {
    let encoder = architecture.encoder
    var entries: [Entry] = [
      ("layers", "\(encoder.layers)"), ("hidden", "\(encoder.hidden)"),
      ("intermediate", "\(encoder.intermediate)"), ("heads", "\(encoder.heads)"),
      ("head_dim", "\(encoder.headDim)"), ("patch", "\(encoder.patch)"),
      ("class_token", "\(encoder.classToken)"),
    ]
    if encoder.kvHeads != encoder.heads { entries.append(("kv_heads", "\(encoder.kvHeads)")) }
    if encoder.mlpMatrices != 2 { entries.append(("mlp_matrices", "\(encoder.mlpMatrices)")) }
    if encoder.temporalPatch != 1 {
      entries.append(("temporal_patch", "\(encoder.temporalPatch)"))
    }
    if encoder.unusedLayers != 0 { entries.append(("unused_layers", "\(encoder.unusedLayers)")) }
    if encoder.sequenceMultiple != 1 {
      entries.append(("sequence_multiple", "\(encoder.sequenceMultiple)"))
    }
    switch encoder.attention {
    case .perInput: break
    case .perImage: entries.append(("attention", "per-image"))
    case .packed: entries.append(("attention", "packed"))
    case .padded: entries.append(("attention", "padded"))
    case .windowed(let side, let full):
      entries.append(("window", "\(side)"))
      entries.append(("full_attention_layers", "\(full)"))
    }
    if encoder.poolingHead { entries.append(("pooling_head", "true")) }
    if let network = encoder.network {
      entries.append(
        (
          "network",
          flow([
            ("per_patch", "\(network.perPatch)"), ("per_pair", "\(network.perPair)"),
            ("parameters", "\(network.parameters)"),
          ])
        ))
    }
    if encoder.pooling != 1 { entries.append(("pooling", "\(encoder.pooling)")) }
    if let trunk = encoder.trunk { entries.append(("trunk", flow(trunk.entries))) }
    if !encoder.queries.isEmpty { entries.append(("queries", "\(encoder.queries)")) }
    entries.append(("other_parameters", "\(encoder.vectorParameters)"))
    return entries
  }

  private var connector: [Entry] {
    let connector = architecture.connector
    var entries: [Entry] = [("form", connector.form.word)]
    if connector.merge != 1 { entries.append(("merge", "\(connector.merge)")) }
    if connector.padsGrid { entries.append(("pads_grid", "true")) }
    if connector.extraMergers != 0 {
      entries.append(("extra_mergers", "\(connector.extraMergers)"))
    }
    if connector.inputWidth != architecture.encoder.hidden {
      entries.append(("input", "\(connector.inputWidth)"))
    }
    entries.append(("basis", connector.basis.rawValue))
    switch connector.form {
    case .downsampleGated(let intermediate), .mergedGated(let intermediate):
      entries.append(("intermediate", "\(intermediate)"))
    default: break
    }
    if case .mergedMLP3(let width) = connector.form {
      entries.append(("intermediate", "\(width)"))
    }
    if case .spatioTemporal(let frames) = connector.form {
      entries.append(("frames", "\(frames)"))
    }
    if case .perceiver(let perceiver) = connector.form {
      entries.append(
        (
          "perceiver",
          flow([
            ("intermediate", "\(perceiver.intermediate)"), ("depth", "\(perceiver.depth)"),
            ("latents", "\(perceiver.latents)"), ("heads", "\(perceiver.heads)"),
            ("kv_heads", "\(perceiver.kvHeads)"), ("head_dim", "\(perceiver.headDim)"),
          ])
        ))
    }
    entries.append(("other_parameters", "\(connector.vectorParameters)"))
    return entries
  }

  private func settings(of video: VideoTokenCount) -> [Entry] {
    video.processor.settings.compactMap { setting in
      video.values[setting.name].map { (setting.name, $0.description) }
    }
  }

  private func described(_ video: Video) -> String {
    flow(
      [("size", video.size.description), ("frames", "\(video.frames)")]
        + (video.rate.map { [("fps", "\($0)")] } ?? []))
  }

  private var processor: [Entry] {
    family.settings.compactMap { setting in
      settings.values[setting.name].map { (setting.name, $0.description) }
    }
  }

  private var language: [Entry] {
    let language = architecture.language
    var entries: [Entry] = [
      ("layers", "\(language.layers)"), ("hidden", "\(language.hidden)"),
      ("heads", "\(language.heads)"), ("kv_heads", "\(language.kvHeads)"),
      ("head_dim", "\(language.headDim)"), ("intermediate", "\(language.intermediate)"),
      ("vocabulary", "\(language.vocabulary)"),
    ]
    if language.mlpMatrices != 3 { entries.append(("mlp_matrices", "\(language.mlpMatrices)")) }
    entries.append(("tied_embeddings", "\(language.tiedEmbeddings)"))
    if language.outputGate { entries.append(("output_gate", "true")) }
    if let sliding = language.sliding {
      entries.append(
        ("sliding", flow([("window", "\(sliding.window)"), ("layers", "\(sliding.layers)")])))
    }
    if language.crossLayers != 0 { entries.append(("cross_layers", "\(language.crossLayers)")) }
    if !language.mixers.isEmpty {
      entries.append(
        ("mixers", "[" + language.mixers.map { flow($0.entries) }.joined(separator: ", ") + "]"))
    }
    if !language.otherMLPs.isEmpty {
      let sizes = language.otherMLPs.map {
        flow([("layers", "\($0.layers)"), ("intermediate", "\($0.intermediate)")])
      }
      entries.append(("mlps", "[" + sizes.joined(separator: ", ") + "]"))
    }
    if let experts = language.experts {
      entries.append(
        (
          "experts",
          flow(
            [
              ("count", "\(experts.experts)"), ("active", "\(experts.active)"),
              ("intermediate", "\(experts.intermediate)"),
              ("shared_intermediate", "\(experts.sharedIntermediate)"),
              ("shared_gate", "\(experts.hasSharedGate)"),
              ("dense_layers", "\(experts.denseLayers)"),
            ] + (experts.besideMLP ? [("beside_mlp", "true")] : [])
              + (experts.visionIntermediate.map { [("vision_intermediate", "\($0)")] } ?? []))
        ))
    }
    if let own = language.layerEmbeddings {
      entries.append(
        ("layer_embeddings", flow([("rows", "\(own.rows)"), ("width", "\(own.width)")])))
    }
    if language.laurelRank != 0 { entries.append(("laurel_rank", "\(language.laurelRank)")) }
    if let inputs = language.altUpInputs { entries.append(("altup_inputs", "\(inputs)")) }
    if language.embeddingRows != language.vocabulary {
      entries.append(("embedding_rows", "\(language.embeddingRows)"))
    }
    entries.append(("other_parameters", "\(language.vectorParameters)"))
    return entries
  }

  private func flow(_ entries: [Entry]) -> String {
    "{ " + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + " }"
  }
}
