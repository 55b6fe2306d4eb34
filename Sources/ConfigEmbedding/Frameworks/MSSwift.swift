import ComputeCosts

extension Framework {
  /// ms-swift's training YAML: environment variables under `ENV`.
  static let msSwift = Framework(
    id: FrameworkID("ms-swift"), title: "ms-swift", form: .yaml,
    recognizes: { config in
      config.has(["ENV"])
        || config.has(["model"]) && (config.has(["train_type"]) || config.has(["tuner_type"]))
    },
    models: [["model"], ["model_type"]], contexts: [["max_length"]],
    schema: { family, _ in schema(family) { ["ENV", $0] } })

  /// ms-swift's launch scripts: environment variables of the command.
  static let msSwiftScripts = Framework(
    id: msSwift.id, title: "ms-swift script", form: .shell,
    recognizes: { config in
      let words = config.wordTexts
      return zip(words, words.dropFirst()).contains { command, verb in
        ["swift", "megatron"].contains(command)
          && ["sft", "pt", "rlhf", "infer", "deploy", "eval", "sample"].contains(verb)
      }
    },
    models: [["--model"], ["--model_type"]], contexts: [["--max_length"], ["--max_model_len"]],
    schema: { family, _ in
      var schema = schema(family) { [$0 + "="] }
      for index in schema?.most.indices ?? 0..<0 {
        schema?.most[index].neighbours = ["swift", "megatron"]
      }
      return schema
    })

  /// The variables of a family, each under the path that its name has.
  private static func schema(
    _ family: ModelFamily?, _ path: (String) -> [String]
  ) -> BudgetSchema? {
    let pixels = path("MAX_PIXELS")
    let tokens = path("IMAGE_MAX_TOKEN_NUM")
    guard let family else { return nil }
    if family.isOne(of: .qwen2VL, .qwen25VL) {
      var schema = BudgetSchema.grid(
        family, under: Array(pixels.dropLast()), most: pixels[pixels.count - 1],
        least: path("MIN_PIXELS").last ?? "")
      // The variables have defaults of their own.
      schema?.leastFallback = nil
      schema?.most[0].isQuoted = true
      schema?.least[0].isQuoted = true
      schema?.unread = [(tokens, pixels.joined(separator: "."))]
      return schema
    } else if family.isOne(of: .qwen3VL, .qwen35) {
      return BudgetSchema(
        most: [
          BudgetKey(
            path: tokens, scale: .tokens, isQuoted: true, neighbours: ["IMAGE_MIN_TOKEN_NUM"])
        ],
        least: [
          BudgetKey(
            path: path("IMAGE_MIN_TOKEN_NUM"), scale: .tokens, isQuoted: true,
            neighbours: ["IMAGE_MAX_TOKEN_NUM"])
        ],
        fallback: family.gridCell.flatMap { cell in
          family.defaultCount("max_pixels").map { $0 / (cell * cell) }
        }, unread: [(pixels, tokens.joined(separator: "."))])
    } else if family.isOne(of: .internVL) {
      guard let perTile = family.defaultCount("tokens_per_tile") else { return nil }
      return BudgetSchema(
        most: [
          BudgetKey(
            path: path("MAX_NUM"), scale: .tiles(of: perTile, hasThumbnail: true),
            isQuoted: true)
        ], fallback: family.defaultCount("max_patches"))
    }
    return nil
  }
}
