extension Framework {
  /// Axolotl's training YAML.
  static let axolotl = Framework(
    id: FrameworkID("axolotl"), title: "Axolotl", form: .yaml,
    recognizes: { config in
      config.has(["base_model"])
        && ["sequence_len", "processor_kwargs", "processor_type", "image_size", "micro_batch_size"]
          .contains { config.has([$0]) }
    },
    models: [["base_model"], ["base_model_config"]], contexts: [["sequence_len"]],
    schema: { family, config in
      var schema = BudgetSchema.grid(
        family, under: ["processor_kwargs"], neighbours: ["processor_kwargs", "processor_type"])
      // Every image is first fitted into a square of this side.
      if let cell = family?.gridCell, config.has(["image_size"]) {
        schema?.most.append(BudgetKey(path: ["image_size"], scale: .side(cell: cell)))
      }
      return schema
    })
}
