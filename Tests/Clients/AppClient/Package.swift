// swift-tools-version: 6.2

import PackageDescription

// An app on a phone: no files, no Foundation in what it depends on. A package of its own, so that
// users of the library never resolve it; `Scripts/clients.sh` builds and runs it.
let package = Package(
  name: "app-client",
  platforms: [.iOS(.v18), .macOS(.v15)],
  dependencies: [.package(name: "token-budget", path: "../../..")],
  targets: [
    .executableTarget(
      name: "AppClient",
      dependencies: [
        .product(name: "ConfigEmbedding", package: "token-budget"),
        .product(name: "TokenBudget", package: "token-budget"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
