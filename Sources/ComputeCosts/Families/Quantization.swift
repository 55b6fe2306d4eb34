/// How a published checkpoint stores its weights, by the `quantization_config` of its configuration.
///
/// Scales, zero points, norms and biases are taken as stored like the products beside them. A tied head is the
/// embedding.
///
/// - Source: `transformers.utils.quantization_config` 5.24 and the configurations that AutoAWQ, GPTQModel,
///   llm-compressor and ModelOpt write. The output head stays as it was by default, but where a list of
///   exceptions is all that counts (compressed-tensors, ModelOpt); GPTQ converts the language model's layers
///   only.
package struct Quantization: Sendable, Equatable {
  /// The method, in words: `awq, 4 bits`.
  package let words: String
  /// How each part is stored; `nil` where the method is not known.
  package let storage: WeightStorage?
  /// An exception that is a piece of a part, which is counted as converted; `nil` without any.
  package let partialException: String?
  /// Where the configuration says so.
  package let path: [String]

  /// What a configuration says; `nil` where its weights are not quantised.
  ///
  /// - Parameters:
  ///   - configuration: The configuration.
  ///   - encoderLayers: Layers of the encoder: exceptions that name each of them are one for the encoder.
  package init?(_ configuration: ConfigurationValue, encoderLayers: Int) {
    let places = [
      ["quantization_config"], ["text_config", "quantization_config"], ["compression_config"],
    ]
    guard let path = places.first(where: { configuration[$0] != nil }),
      let settings = configuration[path], settings != .mapping([:])
    else { return nil }
    self.path = path
    let unconverted = Self.unconverted(configuration)
    guard let method = Method(settings) else {
      var name = "without a 'quant_method'"
      if case .text(let text)? = settings["quant_method"] { name = "'\(text.prefix(40))'" }
      if case .text(let text) = settings { name = "'\(text.prefix(40))'" }
      words = name
      storage = nil
      partialException = nil
      return
    }
    words = method.words
    var exceptions = Exceptions(encoderLayers: encoderLayers)
    for key in Self.exceptionKeys {
      switch settings[key] {
      case .list(let items)?: for case .text(let pattern) in items { exceptions.take(pattern) }
      case .text(let pattern)?: exceptions.take(pattern)
      default: continue
      }
    }
    var storage = WeightStorage(unconverted)
    if !exceptions.layers { storage.layers = method.type }
    // What stands in the language model's part is said of it alone.
    if !method.isOfLanguageLayers, path.first != "text_config" {
      if !exceptions.encoder { storage.encoder = method.type }
      if !exceptions.connector { storage.connector = method.type }
    }
    if method.convertsHead, !exceptions.head { storage.head = method.type }
    self.storage = storage
    partialException = exceptions.partial ?? exceptions.partOfEncoder
  }

  private static let exceptionKeys = [
    "modules_to_not_convert", "ignore", "ignored_layers", "exclude_modules",
    "llm_int8_skip_modules",
  ]

  /// The type of what stays as it was.
  private static func unconverted(_ configuration: ConfigurationValue) -> DataType {
    for path in [
      ["dtype"], ["torch_dtype"], ["text_config", "dtype"], ["text_config", "torch_dtype"],
    ] {
      switch configuration[path] {
      case .text("float16")?: return .fp16
      case .text("float32")?: return .fp32
      case .text?: return .bf16
      default: continue
      }
    }
    return .bf16
  }

  /// What a method makes of the products that it converts.
  private struct Method {
    let words: String
    let type: DataType
    let isOfLanguageLayers: Bool
    let convertsHead: Bool

    init?(_ settings: ConfigurationValue) {
      func bits(_ keys: String...) -> Int? {
        for key in keys {
          if case .integer(let bits)? = settings[key] { return bits }
        }
        return nil
      }
      var name: String?
      if case .text(let text)? = settings["quant_method"] { name = text.lowercased() }
      if name == nil, settings["load_in_4bit"] != nil || settings["load_in_8bit"] != nil {
        name = "bitsandbytes"
      }
      let found: DataType?
      var isOfLayers = false
      var convertsHead = settings["lm_head"] == .bool(true)
      switch name {
      case "awq": found = Self.integer(bits("bits", "w_bit") ?? 4)
      case "gptq", "auto-round", "intel/auto-round":
        found = Self.integer(bits("bits"))
        isOfLayers = true
      case "fp8", "fbgemm_fp8", "finegrained_fp8": found = .fp8
      case "bitsandbytes":
        found =
          settings["load_in_4bit"] == .bool(true)
          ? .int4 : settings["load_in_8bit"] == .bool(true) ? .int8 : nil
      case "mxfp4", "nvfp4": found = .fp4
      case "eetq": found = .int8
      case "compressed-tensors":
        found = Self.group(settings)
        convertsHead = true
      case "modelopt":
        found = Self.algorithm(settings["quant_algo"]) ?? Self.group(settings)
        convertsHead = true
      default: found = nil
      }
      guard let name, let found else { return nil }
      type = found
      isOfLanguageLayers = isOfLayers
      self.convertsHead = convertsHead
      words = "\(name), \(found.rawValue)"
    }

    private static func integer(_ bits: Int?) -> DataType? {
      switch bits {
      case 4: .int4
      case 8: .int8
      default: nil
      }
    }

    private static func algorithm(_ value: ConfigurationValue?) -> DataType? {
      guard case .text(let name)? = value else { return nil }
      switch name.uppercased() {
      case "NVFP4", "MXFP4": return .fp4
      case "FP8", "FP8_PB_WO": return .fp8
      case "W4A16_AWQ", "W4A8_AWQ": return .int4
      case "W8A8_SQ_PER_CHANNEL", "INT8": return .int8
      default: return nil
      }
    }

    /// The type of the weights of all groups; `nil` where they differ, say too little, or are of some modules only.
    private static func group(_ settings: ConfigurationValue) -> DataType? {
      guard case .mapping(let groups)? = settings["config_groups"], !groups.isEmpty else {
        return nil
      }
      var found: DataType?
      for (_, group) in groups {
        guard let weights = group["weights"], case .integer(let bits)? = weights["num_bits"] else {
          return nil
        }
        if case .list(let targets)? = group["targets"] {
          // A class of modules is all of them; a pattern of names is some.
          let areAll = targets.contains { target in
            guard case .text(let name) = target else { return false }
            return !name.hasPrefix("re:") && name.hasSuffix("Linear")
          }
          guard areAll else { return nil }
        }
        let type: DataType?
        switch (bits, weights["type"]) {
        case (4, .text("float")?): type = .fp4
        case (8, .text("float")?): type = .fp8
        case (_, .text("float")?): type = nil
        default: type = integer(bits)
        }
        guard let type, found == nil || found == type else { return nil }
        found = type
      }
      return found
    }
  }

  /// What is not converted, gathered from names of modules and patterns of them.
  private struct Exceptions {
    let encoderLayers: Int
    private(set) var connector = false
    private(set) var layers = false
    private(set) var head = false
    private(set) var partial: String?
    private var namesEncoder = false
    private var encoderIndices: Set<Int> = []
    private var encoderPiece: String?

    init(encoderLayers: Int) { self.encoderLayers = encoderLayers }

    /// Named as a whole, or layer by layer.
    var encoder: Bool { namesEncoder || encoderIndices.count >= encoderLayers }

    /// An exception that names some of the encoder, where all of them do not name the whole.
    var partOfEncoder: String? { encoder ? nil : encoderPiece }

    private static let encoders: Set<Substring> = [
      "visual", "vision_tower", "vision_model", "vision_encoder", "vision", "vit", "image_encoder",
    ]
    private static let connectors: Set<Substring> = [
      "multi_modal_projector", "merger", "merger_list", "deepstack_merger_list", "connector",
      "mlp1",
      "mm_projector", "aligner", "vision_projection", "embed_vision",
      "vision_adapter",
    ]
    /// All layers of an encoder.
    private static let encoderStacks: Set<Substring> = [
      "encoder", "transformer", "blocks", "layers", "resblocks",
    ]
    /// Parts that no image passes, which are stored as the encoder is.
    private static let idle: Set<Substring> = ["audio_tower", "embed_audio"]
    /// Products so small that no count changes in its first digits.
    private static let small: Set<Substring> = [
      "gate", "router", "shared_expert_gate", "norm", "embed_tokens", "patch_embed", "pos_embed",
      "embeddings", "patch_embedding", "patch_conv", "post_layernorm", "conv1d", "in_proj_a",
      "in_proj_b", "in_proj_ba", "mtp",
    ]

    mutating func take(_ pattern: String) {
      // A regular expression is read by the names in it; one that says what is meant by what is not, not at all.
      guard !pattern.contains("?!") else {
        partial = partial ?? pattern
        return
      }
      guard pattern.lowercased().hasPrefix("re:") else {
        return takeNames(pattern[...], of: pattern)
      }
      let plain = pattern.dropFirst(3)
      let choices = plain.split(separator: "|")
      guard choices.count > 1 else { return takeNames(plain, of: pattern) }
      // One of several: each for itself, where nothing but any text and the root stand around them.
      func isAny(_ text: Substring) -> Bool {
        let names = text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }
        return names.allSatisfy { $0 == "model" || $0 == "module" }
      }
      let groups = plain.count { $0 == "(" }
      let before = plain.firstIndex(of: "(").map { plain[..<$0] } ?? ""
      let behind = plain.lastIndex(of: ")").map { plain[$0...] } ?? ""
      guard groups == 0 || (groups == 1 && isAny(before) && isAny(behind)) else {
        partial = partial ?? pattern
        return
      }
      for choice in choices { takeNames(choice, of: pattern) }
    }

    private mutating func takeNames(_ plain: Substring, of pattern: String) {
      let names = plain.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }
        .filter { $0 != "model" && $0 != "module" }
      guard let first = names.first else { return }
      let index = names.lazy.compactMap { Int($0) }.first
      if names.contains("lm_head") {
        head = true
      } else if names.contains(where: Self.connectors.contains) {
        connector = true
      } else if Self.encoders.contains(first) {
        if let index {
          encoderIndices.insert(index)
          encoderPiece = encoderPiece ?? pattern
        } else if names.allSatisfy(Self.encoders.contains) {
          namesEncoder = true
          // Qwen's encoder has the merger in it.
          if first == "visual" { connector = true }
        } else if names.allSatisfy({
          Self.encoders.contains($0) || Self.encoderStacks.contains($0)
        }) {
          namesEncoder = true
        } else if !names.contains(where: Self.small.contains) {
          encoderPiece = encoderPiece ?? pattern
        }
      } else if names == ["language_model"] || names == ["layers"]
        || names == ["language_model", "layers"]
      {
        layers = true
        if names == ["language_model"] { head = true }
      } else if !names.contains(where: Self.small.contains), !Self.idle.contains(first) {
        partial = partial ?? pattern
      }
    }
  }
}
