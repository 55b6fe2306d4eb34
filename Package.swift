// swift-tools-version: 6.2

import PackageDescription

// Rooms, from the edge down to the core. Imports point down only; `docs/architecture.md` says why
// and `Tests/ArchitectureTests` holds the sources to it.
let package = Package(
  name: "token-budget",
  platforms: [.macOS(.v15)],
  products: [],
  dependencies: [],
  targets: [
    // Text with positions
    .target(name: "SourceText", dependencies: ["CLibYAML"]),
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),

    // Tests mirror sources
    .target(name: "SeededRandom", path: "Tests/SeededRandom"),
    .testTarget(name: "SourceTextTests", dependencies: ["SourceText", "SeededRandom"]),
  ],
  swiftLanguageModes: [.v6]
)
