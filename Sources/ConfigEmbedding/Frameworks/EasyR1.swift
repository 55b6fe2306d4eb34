extension Framework {
  /// EasyR1's training YAML.
  static let easyR1 = Framework(
    id: FrameworkID("easyr1"), title: "EasyR1", form: .yaml,
    recognizes: { config in
      config.has(["data"]) && config.has(["worker"]) && config.has(["algorithm"])
    },
    models: [["worker", "actor", "model", "model_path"]],
    contexts: [["data", "max_prompt_length"]], resizing: .beforeProcessor,
    schema: { family, _ in
      var schema = BudgetSchema.grid(
        family, under: ["data"], neighbours: ["max_prompt_length", "max_response_length"])
      schema?.fallback = nil
      schema?.isLeastFixed = true
      return schema
    })
}
