import ComputeCosts
import SourceText

extension Framework {
  /// Hugging Face's `preprocessor_config.json` and `processor_config.json`.
  static let huggingFace = Framework(
    id: FrameworkID("hf"), title: "Hugging Face processor", form: .json,
    recognizes: { config in
      processorKeys.contains { config.has([$0]) || config.has(["image_processor", $0]) }
    },
    shownFamily: family,
    schema: { (family, config) throws(ConfigObstacle) in
      // Later versions keep the image processor's settings in a part of their own.
      let prefix = config.has(["image_processor"]) ? ["image_processor"] : []
      guard let family, let budget = family.budgetArgument else { return nil }
      switch budget {
      case .longestEdge(let path):
        // The processor's file knows its frames better than its family does.
        let frame =
          try config.size(
            at: prefix + ["max_image_size", "longest_edge"], in: 1...ProcessorLimits.side)
          ?? family.defaultCount("max_image_size")
        guard let frame, let perFrame = try tokensPerFrame(frame, family, config)
        else { return nil }
        if config.isOff(prefix + ["do_image_splitting"]) {
          return BudgetSchema(most: [], fixed: (perFrame, "'do_image_splitting' is false"))
        }
        return BudgetSchema(
          most: [
            BudgetKey(
              path: prefix + path, scale: .longestEdge(frame: frame, tokensPerFrame: perFrame))
          ], fallback: 4 * frame)
      case .crops(_, let isOn):
        // The processor overrides the file's switch on every call.
        guard
          let overriding = family.settings.first(where: { $0.name == isOn })?.overridingClass,
          let single = family.defaultCount("tokens_per_image")
        else { return .processorArguments(family, under: prefix) }
        return BudgetSchema(
          most: [],
          fixed: (
            single, "\(overriding) passes its own default of '\(isOn)' on every call, false"
          ))
      case .softTokens: return .processorArguments(family, under: prefix)
      case .tiles(_, let file): return file.flatMap { .tiles(family, $0, under: prefix) }
      case .pixels(let most, let least):
        guard
          var schema = BudgetSchema.grid(
            family, cell: gridCell(config, prefix), under: prefix, most: most, least: least)
        else { return nil }
        // What the file leaves out is the class's.
        schema.fallback = family.defaultCount("max_pixels", besideFile: true)
        schema.leastFallback = family.defaultCount("min_pixels", besideFile: true)
        schema.fallbackOrigin = "the class's default"
        schema.addSizeForm(under: prefix)
        return schema
      }
    })

  private static let processorKeys = [
    "processor_class", "image_processor_type", "feature_extractor_type",
  ]

  /// The side of a token that the file itself gives.
  private static func gridCell(_ config: ConfigText, _ prefix: [String]) -> Int? {
    guard let patch = config.integer(at: prefix + ["patch_size"]),
      let merge = config.integer(at: prefix + ["merge_size"]),
      (1...ProcessorLimits.side).contains(patch), (1...ProcessorLimits.merge).contains(merge)
    else { return nil }
    return patch * merge
  }

  /// Tokens of a frame: the published processors have a patch of 14 or 16 pixels, by the frame.
  private static func tokensPerFrame(
    _ frame: Int, _ family: ModelFamily, _ config: ConfigText
  ) throws(ConfigObstacle) -> Int? {
    if let given = try config.size(at: ["image_seq_len"], in: 1...ProcessorLimits.tokens) {
      return given
    }
    return ModelFamily.idefics3.models.first { $0.defaultCount("max_image_size") == frame }?
      .defaultCount("image_seq_len")
  }

  /// The family of the processor that a file names, where all that use it have one grid.
  private static func family(_ config: ConfigText) -> ModelFamily? {
    let prefix = config.has(["image_processor"]) ? ["image_processor"] : []
    for key in processorKeys {
      guard let name = config.text(at: [[key], prefix + [key]])?.text else { continue }
      var families = ModelFamily.using(processor: name)
      guard !families.isEmpty else { continue }
      // Qwen's later models share the image processor of earlier ones; the grid tells them apart.
      if families.contains(where: { $0.gridCell != nil }), let cell = gridCell(config, prefix) {
        let fitting = families.filter { $0.gridCell == cell }
        families = fitting.isEmpty ? ModelFamily.all.filter { $0.gridCell == cell } : fitting
      }
      if families.count == 1
        || Set(families.map(\.gridCell)).count == 1 && families[0].gridCell != nil
      {
        return families[0]
      }
    }
    return nil
  }
}
