// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that users of the library never resolve what it needs.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "token-budget", path: ".."),
    .package(
      url: "https://github.com/ordo-one/benchmark", .upToNextMinor(from: "1.38.1"), traits: []),
  ],
  targets: [
    .executableTarget(
      name: "CostBenchmarks",
      dependencies: [
        .product(name: "TokenBudget", package: "token-budget"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/CostBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "LawBenchmarks",
      dependencies: [
        .product(name: "TokenBudget", package: "token-budget"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/LawBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "SearchComparison",
      dependencies: [.product(name: "TokenBudget", package: "token-budget")],
      path: "Benchmarks/SearchComparison"),
  ],
  swiftLanguageModes: [.v6]
)
