/// A configuration of LLaVA's own code, as its checkpoints were published before transformers had the
/// models: the language model's keys at the root, the encoder by its published name, and keys that
/// begin with `mm_` for what lies between.
///
/// It is read by saying the same in the layout of transformers (``configuration``), which one of the
/// families then reads; ``place(of:)`` leads from there back to the file.
///
/// - Source: `llava/model/llava_arch.py`, `multimodal_encoder/builder.py` and
///   `multimodal_projector/builder.py` of LLaVA and LLaVA-NeXT.
package struct LegacyLLaVA {
  /// The `model_type`s that are of this layout only. `llava` is of either.
  package static let modelTypes = languages.map(\.modelType).filter { $0 != "llava" }

  /// The same in the layout of transformers.
  package let configuration: ConfigurationValue
  /// What cannot be said there.
  package let problems: [ConfigurationProblem]

  /// A configuration of this layout; `nil` for any other.
  package init?(_ file: ConfigurationValue) {
    guard case .mapping(let members) = file, case .text(let type)? = file["model_type"],
      let byType = Self.languages.first(where: { $0.modelType == type })
    else { return nil }
    var byClass: Language?
    if case .list(let names)? = file["architectures"], case .text(let name)? = names.first {
      byClass = Self.languages.first { $0.architecture == name }
    }
    let isFlat = file["text_config"] == nil && file["hidden_size"] != nil
    guard type != "llava" || byClass != nil || isFlat || file["mm_vision_tower"] != nil else {
      return nil
    }
    var reading = Reading(file: file)
    let language = byClass ?? byType
    let text = reading.text(language, members)
    let vision = reading.vision()
    let images = reading.images()
    reading.connector(inputWidth: vision?.hidden)
    problems = reading.problems
    var root: [String: ConfigurationValue] = images ?? ["model_type": .text("llava")]
    root["text_config"] = .mapping(text)
    if let vision {
      root["vision_config"] = .mapping(vision.sizes)
      root["vision_feature_layer"] = vision.layer
      root["vision_feature_select_strategy"] = .text(vision.strategy)
    }
    for key in ["tie_word_embeddings", "quantization_config", "_name_or_path"] {
      root[key] = members[key]
    }
    configuration = .mapping(root)
  }

  /// Where the file has what the translation has at a path.
  package static func place(of path: [String]) -> [String] {
    switch path.first {
    case "text_config": Array(path.dropFirst())
    case "vision_config": ["mm_vision_tower"]
    case "vision_feature_layer": ["mm_vision_select_layer"]
    case "vision_feature_select_strategy": ["mm_vision_select_feature"]
    case "vision_aspect_ratio": ["image_aspect_ratio"]
    default: path
    }
  }

  // MARK: What is known

  struct Language {
    let modelType: String
    let architecture: String
    /// The language model's own type; `nil` for one without a closed form here.
    let text: String?
  }

  static let languages = [
    Language(modelType: "llava", architecture: "LlavaLlamaForCausalLM", text: "llama"),
    Language(modelType: "llava_llama", architecture: "LlavaLlamaForCausalLM", text: "llama"),
    Language(modelType: "llava_mistral", architecture: "LlavaMistralForCausalLM", text: "mistral"),
    Language(modelType: "llava_mixtral", architecture: "LlavaMixtralForCausalLM", text: "mixtral"),
    Language(modelType: "llava_qwen", architecture: "LlavaQwenForCausalLM", text: "qwen2"),
    Language(modelType: "llava_gemma", architecture: "LlavaGemmaForCausalLM", text: "gemma"),
    Language(modelType: "llava_mpt", architecture: "LlavaMptForCausalLM", text: nil),
    Language(modelType: "llava_qwen_moe", architecture: "LlavaQwenMoeForCausalLM", text: nil),
  ]

  /// An encoder by the last part of its published name.
  private struct Tower {
    let name: String
    let modelType: String
    let layers: Int
    let hidden: Int
    let intermediate: Int
    let heads: Int
    let image: Int
    let patch: Int
  }

  private static let towers = [
    Tower(
      name: "clip-vit-large-patch14-336", modelType: "clip_vision_model", layers: 24, hidden: 1024,
      intermediate: 4096, heads: 16, image: 336, patch: 14),
    Tower(
      name: "clip-vit-large-patch14", modelType: "clip_vision_model", layers: 24, hidden: 1024,
      intermediate: 4096, heads: 16, image: 224, patch: 14),
    Tower(
      name: "clip-vit-base-patch16", modelType: "clip_vision_model", layers: 12, hidden: 768,
      intermediate: 3072, heads: 12, image: 224, patch: 16),
    Tower(
      name: "clip-vit-base-patch32", modelType: "clip_vision_model", layers: 12, hidden: 768,
      intermediate: 3072, heads: 12, image: 224, patch: 32),
    // LLaVA takes the last of its 27 layers and the pooling head off.
    Tower(
      name: "siglip-so400m-patch14-384", modelType: "siglip_vision_model", layers: 26, hidden: 1152,
      intermediate: 4304, heads: 16, image: 384, patch: 14),
  ]

  /// Keys that say how the model was trained, how text is split, or what is done with videos.
  private static let silent: Set<String> = [
    "add_faster_video", "add_time_instruction", "delay_load", "faster_token_stride",
    "force_sample", "freeze_mm_mlp_adapter", "freeze_mm_vision_resampler", "freeze_mm_vision_tower",
    "image_crop_resolution", "image_split_resolution", "mm_newline_position",
    "mm_projector_lr", "mm_resampler_location", "mm_spatial_pool_mode",
    "mm_spatial_pool_out_channels",
    "mm_spatial_pool_stride", "mm_tunable_parts", "mm_use_im_patch_token", "mm_use_im_start_end",
    "mm_vision_tower_lr", "pos_skipping_range", "pretrain_mm_mlp_adapter",
    "tokenizer_model_max_length", "tokenizer_padding_side", "tune_mm_mlp_adapter",
    "tune_mm_vision_resampler", "unfreeze_mm_vision_tower", "use_pos_skipping",
    "vision_tower_pretrained",
  ]

  /// Keys that this type reads; what is left is the language model's.
  private static let read: Set<String> = [
    "model_type", "architectures", "mm_vision_tower", "mm_vision_select_layer",
    "mm_vision_select_feature", "mm_hidden_size", "mm_projector_type", "mm_resampler_type",
    "mm_patch_merge_type", "image_aspect_ratio", "image_grid_pinpoints", "use_mm_proj", "s2",
    "s2_scales", "text_config", "vision_config", "quantization_config", "tie_word_embeddings",
    "_name_or_path",
  ]

  /// Reads one file, and collects what it says that has no rule here.
  private struct Reading {
    let file: ConfigurationValue
    var problems: [ConfigurationProblem] = []
    private var tower: Tower?

    init(file: ConfigurationValue) { self.file = file }

    mutating func refuse(
      _ key: String?, _ message: String, _ kind: ConfigurationProblem.Kind = .unsupported
    ) {
      problems.append(
        ConfigurationProblem(kind: kind, path: key.map { [$0] } ?? [], message: message))
    }

    /// A word of the file; `nil` where there is none, after a report where it is something else.
    mutating func word(_ key: String) -> String? {
      switch file[key] {
      case nil: return nil
      case .text(let word)?: return word
      case .some(let other):
        refuse(key, "'\(key)' must be text, found \(other.summary)", .wrongValue)
        return nil
      }
    }

    mutating func text(
      _ language: Language, _ members: [String: ConfigurationValue]
    ) -> [String: ConfigurationValue] {
      if language.text == nil {
        refuse("model_type", "no closed form for the language model of \(language.architecture)")
      }
      var text = members.filter { !read.contains($0.key) && !silent.contains($0.key) }
      text["model_type"] = .text(language.text ?? "llama")
      return text
    }

    /// The encoder, and which of its states are used.
    mutating func vision() -> (
      sizes: [String: ConfigurationValue], layer: ConfigurationValue, strategy: String, hidden: Int
    )? {
      guard let name = word("mm_vision_tower") else {
        if file["mm_vision_tower"] == nil {
          refuse(
            nil, "the configuration lacks 'mm_vision_tower', which names the encoder", .missing)
        }
        return nil
      }
      let last = name.lowercased().split(separator: "/").last.map(String.init) ?? ""
      guard let tower = towers.first(where: { $0.name == last }) else {
        refuse(
          "mm_vision_tower",
          "the encoder '\(name.prefix(80))' is not known; known: "
            + towers.map(\.name).joined(separator: ", "))
        return nil
      }
      self.tower = tower
      if file["s2"] == .bool(true) || file["s2_scales"] != nil {
        refuse("s2", "no rule for images at several scales ('s2')")
      }
      let isCLIP = tower.modelType == "clip_vision_model"
      var layer: ConfigurationValue = .integer(-1)
      var strategy = "full"
      if isCLIP {
        guard let chosen = file["mm_vision_select_layer"] else {
          refuse(
            nil, "the configuration lacks 'mm_vision_select_layer', which decides the features",
            .missing)
          return nil
        }
        layer = chosen
        switch word("mm_vision_select_feature") ?? "patch" {
        case "patch": strategy = "default"
        case "cls_patch": break
        case let other:
          refuse("mm_vision_select_feature", "no rule for the features '\(other.prefix(40))'")
        }
      }
      return (
        [
          "model_type": .text(tower.modelType), "num_hidden_layers": .integer(tower.layers),
          "hidden_size": .integer(tower.hidden), "intermediate_size": .integer(tower.intermediate),
          "num_attention_heads": .integer(tower.heads), "image_size": .integer(tower.image),
          "patch_size": .integer(tower.patch), "vision_use_head": .bool(false),
        ], layer, strategy, tower.hidden
      )
    }

    /// The family that treats images so, with its grids.
    mutating func images() -> [String: ConfigurationValue]? {
      let ratio = word("image_aspect_ratio") ?? "square"
      let merging = word("mm_patch_merge_type") ?? "flat"
      guard ratio.hasPrefix("anyres") else {
        guard ["square", "pad"].contains(ratio) else {
          refuse("image_aspect_ratio", "no rule for images that are '\(ratio.prefix(40))'")
          return nil
        }
        guard merging == "flat" else {
          refuse(
            "mm_patch_merge_type", "no rule for '\(merging.prefix(40))' without 'anyres' images")
          return nil
        }
        return ["model_type": .text("llava")]
      }
      guard merging == "spatial_unpad" else {
        refuse(
          file["mm_patch_merge_type"] == nil ? "image_aspect_ratio" : "mm_patch_merge_type",
          "no rule for '\(ratio.prefix(40))' images whose patches are merged as "
            + "'\(merging.prefix(40))'; known: spatial_unpad")
        return nil
      }
      guard let pinpoints = pinpoints() else { return nil }
      if ratio == "anyres" {
        return ["model_type": .text("llava_next"), "image_grid_pinpoints": pinpoints]
      }
      guard ratio.hasPrefix("anyres_max_"), Int(ratio.dropFirst("anyres_max_".count)) != nil else {
        refuse("image_aspect_ratio", "no rule for images that are '\(ratio.prefix(40))'")
        return nil
      }
      return [
        "model_type": .text("llava_onevision"), "image_grid_pinpoints": pinpoints,
        "vision_aspect_ratio": .text(ratio),
      ]
    }

    /// The grids: listed in pixels, or `(1x1),...,(6x6)` in tiles.
    private mutating func pinpoints() -> ConfigurationValue? {
      switch file["image_grid_pinpoints"] {
      case .list(let items)?:
        // Here width stands before height.
        return .list(
          items.map { item in
            if case .list(let pair) = item, pair.count == 2 { return .list([pair[1], pair[0]]) }
            return item
          })
      case .text(let text)?:
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        if let side = tower?.image, text.contains("..."), numbers.count == 4,
          numbers.allSatisfy({ (1...64).contains($0) }), numbers[0] <= numbers[2],
          numbers[1] <= numbers[3]
        {
          return .list(
            (numbers[0]...numbers[2]).flatMap { first in
              (numbers[1]...numbers[3]).map { second in
                .list([.integer(second * side), .integer(first * side)])
              }
            })
        }
        if tower != nil {
          refuse(
            "image_grid_pinpoints",
            "'image_grid_pinpoints' must be a list of [width, height], or such as "
              + "'(1x1),...,(6x6)'", .wrongValue)
        }
      case nil:
        refuse(nil, "'anyres' images need 'image_grid_pinpoints'", .missing)
      case .some(let other):
        refuse(
          "image_grid_pinpoints",
          "'image_grid_pinpoints' must be a list of [width, height], found \(other.summary)",
          .wrongValue)
      }
      return nil
    }

    /// The two layers between encoder and language model: what else there is has no rule.
    mutating func connector(inputWidth: Int?) {
      let form = word("mm_projector_type") ?? "linear"
      if form != "mlp2x_gelu" {
        refuse(
          file["mm_projector_type"] == nil ? nil : "mm_projector_type",
          "no rule for the projector '\(form.prefix(40))' in this layout; known: mlp2x_gelu")
      }
      if let resampler = file["mm_resampler_type"] {
        refuse("mm_resampler_type", "no rule for a resampler, found \(resampler.summary)")
      }
      if file["use_mm_proj"] == .bool(false) {
        refuse("use_mm_proj", "no rule for a model without a projector")
      }
      if let inputWidth, let width = file["mm_hidden_size"], width != .integer(inputWidth) {
        refuse(
          "mm_hidden_size",
          "'mm_hidden_size' is \(width.summary), and the encoder has \(inputWidth)", .inconsistent)
      }
    }
  }
}
