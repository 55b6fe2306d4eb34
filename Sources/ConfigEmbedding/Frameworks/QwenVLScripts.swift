extension Framework {
  /// Fine-tuning scripts of Qwen-VL.
  static let qwenVLScripts = Framework(
    id: FrameworkID("qwen-vl"), title: "Qwen-VL fine-tuning script", form: .shell,
    recognizes: { config in
      config.hasWord {
        $0 == "--max_pixels" || $0.hasPrefix("--max_pixels=") || $0 == "--tune_mm_vision"
          || $0.hasPrefix("qwenvl/")
      }
    },
    models: [["--model_name_or_path"], ["--model_id"]],
    contexts: [["--model_max_length"], ["--max_seq_length"]],
    schema: { family, _ in
      var schema = BudgetSchema.grid(
        family, most: "--max_pixels", least: "--min_pixels",
        neighbours: ["--model_max_length", "--output_dir", "--model_name_or_path"])
      // The scripts' own program has another default, by its version.
      schema?.leastFallback = nil
      return schema
    })
}
