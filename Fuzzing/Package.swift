// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that users of the library never build what it has. It is built with
// `--sanitize fuzzer`, which brings a `main` for each target: `make fuzz`, and `Fuzzing/run.py`.

/// A fuzz target: a name, and whether it needs the configs of frameworks.
func target(_ name: String) -> Target {
  .executableTarget(
    name: "fuzz-\(name)",
    dependencies: [
      "FuzzSupport",
      .product(name: "BudgetReports", package: "token-budget"),
      .product(name: "ConfigEmbedding", package: "token-budget"),
    ])
}

let package = Package(
  name: "fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "token-budget", path: "..")],
  targets: [
    // What all targets share: how inputs are taken apart, and what must hold of answers
    .target(
      name: "FuzzSupport",
      dependencies: [
        .product(name: "BudgetReports", package: "token-budget"),
        .product(name: "ConfigEmbedding", package: "token-budget"),
      ]),

    // Readers
    target("documents"), target("configurations"), target("measurements"), target("results"),
    target("scripts"), target("settings"),

    // Questions
    target("embed"), target("check"), target("fit"), target("regimes"),
    target("advise"), target("what-if"), target("plan"), target("cost"),
  ],
  swiftLanguageModes: [.v6]
)
