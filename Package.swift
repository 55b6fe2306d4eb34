// swift-tools-version: 6.2

import PackageDescription

// Rooms, from the edge down to the core. Imports point down only; `docs/architecture.md` says why
// and `Tests/ArchitectureTests` holds the sources to it.
let package = Package(
  name: "token-budget",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    // Libraries only: whoever depends on one resolves only what the library needs.
    .library(name: "TokenBudget", targets: ["TokenBudget"]),
    .library(name: "BudgetReports", targets: ["BudgetReports"]),
    .library(name: "BudgetDocuments", targets: ["BudgetDocuments"]),
    .library(name: "ConfigEmbedding", targets: ["ConfigEmbedding"]),
    // The pure core, for apps that bring their own numbers: no libyaml, no Foundation.
    .library(name: "BudgetSearch", targets: ["BudgetSearch"]),
    .library(name: "ScalingLaws", targets: ["ScalingLaws"]),
    .library(name: "ComputeCosts", targets: ["ComputeCosts"]),
  ],
  dependencies: [
    .package(
      url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    .package(url: "https://github.com/apple/swift-numerics", .upToNextMinor(from: "1.1.1")),
  ],
  targets: [
    // Edge
    .executableTarget(
      name: "token-budget",
      dependencies: [
        "BudgetReports", "ConfigEmbedding", "LongWork", "SourceText", "TokenBudget",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // A budget into the configs of training and serving frameworks: text in, text out
    .target(name: "ConfigEmbedding", dependencies: ["ComputeCosts", "LongWork", "SourceText"]),

    // What every room answers, as text and as JSON
    .target(name: "BudgetReports", dependencies: ["ConfigEmbedding", "LongWork", "TokenBudget"]),

    // Documents in, advice out
    .target(
      name: "TokenBudget",
      dependencies: [
        "BudgetDocuments", "BudgetSearch", "ComputeCosts", "LongWork", "ScalingLaws", "SourceText",
      ]),

    // What profiles, cost models, policies, tables and published configurations say, typed and checked
    .target(
      name: "BudgetDocuments",
      dependencies: ["BudgetSearch", "ComputeCosts", "LongWork", "ScalingLaws", "SourceText"]),

    // The pure core: no files, no YAML, no clock, no Foundation
    .target(
      name: "BudgetSearch",
      dependencies: ["LongWork", .product(name: "RealModule", package: "swift-numerics")]),
    .target(
      name: "ScalingLaws",
      dependencies: ["LongWork", .product(name: "RealModule", package: "swift-numerics")]),
    .target(name: "ComputeCosts"),

    // Bounds on a request, cancellation and progress
    .target(name: "LongWork"),

    // Text with positions
    .target(name: "SourceText", dependencies: ["CLibYAML", "LongWork"]),
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),

    // Tests mirror sources
    .target(name: "SeededRandom", path: "Tests/SeededRandom"),
    // The checkout's files, and records of other implementations that several suites compare with
    .target(
      name: "TestSupport", dependencies: ["BudgetDocuments", "ComputeCosts", "SourceText"],
      path: "Tests/TestSupport"),
    .testTarget(name: "LongWorkTests", dependencies: ["LongWork"]),
    .testTarget(name: "SourceTextTests", dependencies: ["SourceText", "SeededRandom"]),
    .testTarget(
      name: "ScalingLawsTests",
      dependencies: [
        "LongWork", "ScalingLaws", "SeededRandom",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      exclude: ["References"]),
    .testTarget(
      name: "ComputeCostsTests",
      dependencies: ["BudgetDocuments", "ComputeCosts", "SeededRandom", "TestSupport"],
      exclude: ["References"]),
    .testTarget(
      name: "BudgetSearchTests", dependencies: ["BudgetSearch", "LongWork", "SeededRandom"]),
    .testTarget(
      name: "BudgetDocumentsTests",
      dependencies: [
        "BudgetDocuments", "ComputeCosts", "SourceText", "SeededRandom", "TestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "TokenBudgetTests",
      dependencies: [
        "BudgetReports", "TokenBudget", "ScalingLaws", "ComputeCosts", "LongWork", "SourceText",
        "SeededRandom", "TestSupport",
      ],
      exclude: ["References"]),
    .testTarget(
      name: "ConfigEmbeddingTests",
      dependencies: ["ConfigEmbedding", "ComputeCosts", "SourceText", "SeededRandom"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "BudgetReportsTests",
      dependencies: [
        "BudgetReports", "ConfigEmbedding", "SourceText", "TestSupport", "TokenBudget",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["token-budget", "BudgetReports", "TestSupport", "TokenBudget"]),
    .testTarget(name: "ArchitectureTests"),
  ],
  swiftLanguageModes: [.v6]
)

// One set of upcoming features for every target.
for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
