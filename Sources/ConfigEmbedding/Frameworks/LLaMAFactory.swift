import ComputeCosts

extension Framework {
  /// LLaMA-Factory's training YAML.
  static let llamaFactory = Framework(
    id: FrameworkID("llama-factory"), title: "LLaMA-Factory", form: .yaml,
    recognizes: { config in
      config.has(["image_max_pixels"])
        || config.has(["stage"]) && (config.has(["finetuning_type"]) || config.has(["template"]))
    },
    models: [["model_name_or_path"]], contexts: [["cutoff_len"]], defaultContext: 2048,
    resizing: .beforeProcessor,
    shownFamily: { config in
      // A template belongs to one generation of models.
      switch config.text(at: [["template"]])?.text {
      case "qwen2_vl": .qwen2VL
      case "qwen3_vl", "qwen3_vl_nothink": .qwen3VL
      case "qwen3_5", "qwen3_5_nothink": .qwen35
      default: nil
      }
    },
    schema: { family, _ in
      var schema = BudgetSchema.grid(
        family, most: "image_max_pixels", least: "image_min_pixels",
        neighbours: ["video_max_pixels", "model_name_or_path"])
      schema?.fallback = 768 * 768
      schema?.isLeastFixed = true
      schema?.fallbackOrigin = "LLaMA-Factory's default"
      return schema
    })
}
