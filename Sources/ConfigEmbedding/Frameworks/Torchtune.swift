import ComputeCosts

extension Framework {
  /// torchtune's recipe YAML, for Llama 4.
  static let torchtune = Framework(
    id: FrameworkID("torchtune"), title: "torchtune", form: .yaml,
    recognizes: { config in
      config.text(at: ["tokenizer", "_component_"], contains: "torchtune.")
        || config.text(at: ["model", "_component_"], contains: "torchtune.")
    },
    models: [["tokenizer", "path"], ["checkpointer", "checkpoint_dir"]],
    contexts: [["tokenizer", "max_seq_len"]],
    shownFamily: { config in
      config.text(at: ["model", "_component_"], contains: ".llama4.")
        || config.text(at: ["tokenizer", "_component_"], contains: ".llama4.")
        ? .llama4 : nil
    },
    schema: { family, _ in
      guard let family, family.isOne(of: .llama4),
        let perTile = family.defaultCount("tokens_per_tile")
      else { return nil }
      return BudgetSchema(
        most: [
          BudgetKey(
            path: ["tokenizer", "max_num_tiles"], scale: .tiles(of: perTile, hasThumbnail: true),
            neighbours: ["max_seq_len", "path"])
        ], fallback: family.defaultCount("max_patches"))
    })
}
