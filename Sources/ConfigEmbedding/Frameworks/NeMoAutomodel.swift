extension Framework {
  /// NeMo Automodel's recipe YAML.
  static let nemoAutomodel = Framework(
    id: FrameworkID("nemo-automodel"), title: "NeMo Automodel", form: .yaml,
    recognizes: { config in
      config.text(at: ["model", "_target_"], contains: "nemo_automodel")
        || config.text(at: ["processor", "_target_"], contains: "transformers.")
    },
    models: [
      ["model", "pretrained_model_name_or_path"], ["processor", "pretrained_model_name_or_path"],
    ],
    contexts: [
      ["packed_sequence", "packed_sequence_size"], ["dataloader", "collate_fn", "max_length"],
    ],
    schema: { family, _ in
      .grid(family, under: ["processor"], neighbours: ["pretrained_model_name_or_path"])
    })
}
