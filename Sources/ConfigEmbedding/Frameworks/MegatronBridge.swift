extension Framework {
  /// Megatron-Bridge's override YAML.
  static let megatronBridge = Framework(
    id: FrameworkID("megatron-bridge"), title: "Megatron-Bridge", form: .yaml,
    recognizes: { config in config.has(["dataset", "task_encoder"]) },
    models: [
      ["model", "hf_model_path"], ["model", "hf_model_id"], ["dataset", "hf_processor_path"],
      ["checkpoint", "pretrained_checkpoint"],
    ],
    contexts: [["dataset", "seq_length"], ["model", "seq_length"]],
    schema: { family, _ in
      let encoder = ["dataset", "task_encoder"]
      var schema = BudgetSchema.grid(family, under: encoder)
      schema?.most.append(
        BudgetKey(
          path: encoder + ["max_visual_tokens"], scale: .tokens, neighbours: ["max_pixels"]))
      return schema
    })
}
