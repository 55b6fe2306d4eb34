extension Framework {
  /// llama.cpp's launch scripts.
  static let llamaCpp = Framework(
    id: FrameworkID("llama-cpp"), title: "llama.cpp", form: .shell,
    recognizes: { config in
      config.hasWord { word in
        word.hasPrefix("--image-max-tokens") || word.hasPrefix("--image-min-tokens")
          || ["llama-server", "llama-mtmd-cli", "llama-cli"].contains {
            word == $0 || word.hasSuffix("/" + $0)
          }
      }
    },
    models: [["-hf"], ["--hf-repo"], ["-m"], ["--model"]], contexts: [["-c"], ["--ctx-size"]],
    takesAnyModel: true,
    schema: { _, _ in
      BudgetSchema(
        most: [
          BudgetKey(
            path: ["--image-max-tokens"], scale: .tokens,
            neighbours: ["--image-min-tokens", "--mmproj", "-c", "--ctx-size", "-m", "-hf"])
        ],
        least: [
          BudgetKey(
            path: ["--image-min-tokens"], scale: .tokens, neighbours: ["--image-max-tokens"])
        ])
    })
}
