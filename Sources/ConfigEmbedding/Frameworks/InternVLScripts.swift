import ComputeCosts

extension Framework {
  /// Fine-tuning scripts of InternVL.
  static let internVLScripts = Framework(
    id: FrameworkID("internvl"), title: "InternVL fine-tuning script", form: .shell,
    recognizes: { config in
      config.hasWord {
        $0.hasPrefix("--max_dynamic_patch") || $0.hasPrefix("--down_sample_ratio")
          || $0.contains("internvl_chat")
      }
    },
    models: [["--model_name_or_path"]], contexts: [["--max_seq_length"]],
    shownFamily: { config in config.has(["--max_dynamic_patch"]) ? .internVL : nil },
    schema: { (family, config) throws(ConfigObstacle) in
      guard let family, family.isOne(of: .internVL),
        let perTile = try tokensPerTile(family, config)
      else { return nil }
      if config.isOff(["--dynamic_image_size"]) {
        return BudgetSchema(most: [], fixed: (perTile, "'--dynamic_image_size' is False"))
      }
      let thumbnail = (try? config.value(at: ["--use_thumbnail"]))??.content
      return BudgetSchema(
        most: [
          BudgetKey(
            path: ["--max_dynamic_patch"],
            scale: .tiles(of: perTile, hasThumbnail: thumbnail != .flag(false)),
            neighbours: ["--force_image_size", "--down_sample_ratio", "--max_seq_length"])
        ])
    })

  /// Patches of a tile, merged.
  private static func tokensPerTile(
    _ family: ModelFamily, _ config: ConfigText
  ) throws(ConfigObstacle) -> Int? {
    guard let patch = family.defaultCount("patch_size") else { return nil }
    let tile =
      try config.size(at: ["--force_image_size"], in: patch...ProcessorLimits.side)
      ?? family.defaultCount("tile") ?? 0
    var ratio = 0.5
    if let text = config.text(at: [["--down_sample_ratio"]])?.text {
      guard let given = Double(text), given > 0, given <= 1 else { return nil }
      ratio = given
    }
    guard (patch...ProcessorLimits.side).contains(tile) else { return nil }
    let side = Int((Double(tile / patch) * ratio).rounded(.down))
    return side > 0 ? side * side : nil
  }
}
