extension Framework {
  /// vLLM's server YAML.
  static let vLLM = Framework(
    id: FrameworkID("vllm"), title: "vLLM", form: .yaml,
    recognizes: { config in
      ["mm-processor-kwargs", "mm_processor_kwargs", "limit-mm-per-prompt", "limit_mm_per_prompt"]
        .contains { config.has([$0]) }
        || config.has(["model"])
          && ["max-model-len", "gpu-memory-utilization", "tensor-parallel-size"]
            .contains { config.has([$0]) }
    },
    models: [["model"], ["model_tag"], ["served-model-name"]],
    contexts: [["max-model-len"], ["max_model_len"]], multiples: multiples,
    images: [["limit-mm-per-prompt", "image"], ["limit_mm_per_prompt", "image"]],
    schema: { family, config in
      let key =
        config.has(["mm_processor_kwargs"]) ? "mm_processor_kwargs" : "mm-processor-kwargs"
      var schema = BudgetSchema.processorArguments(family, under: [key])
      for index in schema?.most.indices ?? 0..<0 {
        schema?.most[index].neighbours += [
          "limit-mm-per-prompt", "limit_mm_per_prompt", "max-model-len",
        ]
      }
      return schema
    })

  /// vLLM's launch scripts.
  static let vLLMScripts = Framework(
    id: vLLM.id, title: "vLLM script", form: .shell,
    recognizes: { config in
      let words = config.wordTexts
      return zip(words, words.dropFirst()).contains { $0 == "vllm" && $1 == "serve" }
        || config.hasWord { $0.hasPrefix("vllm.entrypoints.") }
    },
    models: [["serve"], ["--model"]], contexts: [["--max-model-len"]],
    multiples: multiples,
    images: [["--limit-mm-per-prompt", "image"]],
    schema: { family, _ in
      var schema = BudgetSchema.processorArguments(family, under: ["--mm-processor-kwargs"])
      for index in schema?.most.indices ?? 0..<0 {
        schema?.most[index].neighbours += ["--limit-mm-per-prompt", "--max-model-len", "--port"]
      }
      return schema
    })

  /// `4k` is 4000, and `4K` 4096.
  private static let multiples: [Character: Int] = ["k": 1000, "K": 1024]
}
