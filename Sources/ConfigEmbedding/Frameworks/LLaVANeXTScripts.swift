import ComputeCosts

extension Framework {
  /// Fine-tuning scripts of LLaVA-NeXT and LLaVA-OneVision.
  static let llavaNeXTScripts = Framework(
    id: FrameworkID("llava-next"), title: "LLaVA-NeXT fine-tuning script", form: .shell,
    recognizes: { config in
      config.hasWord {
        $0.hasPrefix("--image_grid_pinpoints") || $0.hasPrefix("--mm_patch_merge_type")
      }
    },
    models: [["--model_name_or_path"]], contexts: [["--model_max_length"]],
    shownFamily: { config in
      // The limit of crops' worth of tokens is LLaVA-OneVision's.
      maximumTiles(config) == nil ? nil : .llavaOneVision
    },
    schema: { family, config in
      guard let family, family.isOne(of: .llavaNeXT, .llavaOneVision),
        let (base, patch) = tower(config, family)
      else { return nil }
      var key = CanvasKey(path: ["--image_grid_pinpoints"], base: base, patch: patch)
      let canvases = config.text(at: [key.path]).flatMap { key.canvases($0.text) }
      guard let most = maximumTiles(config) else {
        return BudgetSchema(most: [], canvases: key)
      }
      key.maxTiles = most
      // The list of canvases stays; how many tokens they may give is in the other flag.
      guard let canvases else { return BudgetSchema(most: [], canvases: key) }
      let rule = AnyResolutionTokens(
        base: base, patch: patch,
        pinpoints: canvases.crops.map {
          AnyResolutionTokens.Pinpoint(height: $0.rows * base, width: $0.columns * base)
        }, maxTiles: most)
      return BudgetSchema(
        most: [
          BudgetKey(
            path: ["--image_aspect_ratio"], scale: .anyResolution(rule), prefix: "anyres_max_")
        ])
    })

  /// The k of `--image_aspect_ratio anyres_max_k`.
  private static func maximumTiles(_ config: ConfigText) -> Int? {
    guard let text = config.text(at: [["--image_aspect_ratio"]])?.text,
      text.hasPrefix("anyres_max_"), let count = Int(text.dropFirst("anyres_max_".count)),
      (1...ProcessorLimits.tiles).contains(count)
    else { return nil }
    return count
  }

  /// Sides of a crop and of a patch: those that the vision tower's name ends in, such as
  /// `patch14-384`, or the family's.
  private static func tower(
    _ config: ConfigText, _ family: ModelFamily
  ) -> (base: Int, patch: Int)? {
    if let name = config.text(at: [["--vision_tower"]])?.text,
      let place = name.firstRange(of: "patch")
    {
      let numbers = name[place.upperBound...].split(separator: "-").prefix(2).compactMap { Int($0) }
      if numbers.count == 2, (1...1024).contains(numbers[0]),
        (numbers[0]...ProcessorLimits.side).contains(numbers[1])
      {
        return (numbers[1], numbers[0])
      }
    }
    guard let base = family.defaultCount("image_size"),
      let patch = family.defaultCount("patch_size")
    else { return nil }
    return (base, patch)
  }
}
