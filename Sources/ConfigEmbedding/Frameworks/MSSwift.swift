import ComputeCosts

extension Framework {
  /// ms-swift's training YAML: environment variables under `ENV`.
  static let msSwift = Framework(
    id: "ms-swift", title: "ms-swift", form: .yaml,
    recognizes: { config in
      config.has(["ENV"])
        || config.has(["model"]) && (config.has(["train_type"]) || config.has(["tuner_type"]))
    },
    models: [["model"], ["model_type"]], contexts: [["max_length"]],
    schema: { family, _ in
      let pixels = ["ENV", "MAX_PIXELS"]
      let tokens = ["ENV", "IMAGE_MAX_TOKEN_NUM"]
      switch family?.name {
      case "qwen2-vl", "qwen2.5-vl":
        var schema = BudgetSchema.grid(
          family, under: ["ENV"], most: "MAX_PIXELS", least: "MIN_PIXELS")
        schema?.most[0].isQuoted = true
        schema?.least[0].isQuoted = true
        schema?.unread = [(tokens, "ENV.MAX_PIXELS")]
        return schema
      case "qwen3-vl":
        return BudgetSchema(
          most: [
            BudgetKey(
              path: tokens, scale: .tokens, isQuoted: true, neighbours: ["IMAGE_MIN_TOKEN_NUM"])
          ],
          least: [
            BudgetKey(
              path: ["ENV", "IMAGE_MIN_TOKEN_NUM"], scale: .tokens, isQuoted: true,
              neighbours: ["IMAGE_MAX_TOKEN_NUM"])
          ],
          fallback: family.flatMap { family in
            family.gridCell.flatMap { cell in
              family.defaultCount("max_pixels").map { $0 / (cell * cell) }
            }
          }, unread: [(pixels, "ENV.IMAGE_MAX_TOKEN_NUM")])
      case "internvl":
        guard let perTile = family?.defaultCount("tokens_per_tile") else { return nil }
        return BudgetSchema(
          most: [
            BudgetKey(
              path: ["ENV", "MAX_NUM"], scale: .tiles(of: perTile, hasThumbnail: true),
              isQuoted: true)
          ], fallback: family?.defaultCount("max_patches"))
      default: return nil
      }
    })
}
