extension Framework {
  /// SGLang's launch scripts.
  static let sgLang = Framework(
    id: FrameworkID("sglang"), title: "SGLang", form: .shell,
    recognizes: { config in
      config.hasWord { $0 == "sglang.launch_server" || $0.hasPrefix("--mm-process-config") }
    },
    models: [["--model-path"], ["--model"]], contexts: [["--context-length"]],
    schema: { family, _ in
      var schema = BudgetSchema.processorArguments(
        family, under: ["--mm-process-config", "image"])
      for index in schema?.most.indices ?? 0..<0 {
        schema?.most[index].neighbours += [
          "--context-length", "--port", "--host", "--model-path", "--model",
        ]
      }
      return schema
    })
}
