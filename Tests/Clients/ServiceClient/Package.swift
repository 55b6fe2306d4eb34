// swift-tools-version: 6.2

import PackageDescription

// A service: requests in memory, JSON out, calls that end when nobody waits for them. A package of
// its own, so that users of the library never resolve it; `Scripts/clients.sh` builds and runs it.
let package = Package(
  name: "service-client",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "token-budget", path: "../../..")],
  targets: [
    .executableTarget(
      name: "ServiceClient",
      dependencies: [
        .product(name: "BudgetReports", package: "token-budget"),
        .product(name: "TokenBudget", package: "token-budget"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
