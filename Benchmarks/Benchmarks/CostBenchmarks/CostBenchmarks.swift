import Benchmark
import Foundation
import TokenBudget

/// The checkout that this file belongs to.
private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// What a benchmark needs to begin; a benchmark of something that failed would measure nothing.
private func needed<Value>(_ make: () throws -> Value) -> Value {
  do {
    return try make()
  } catch {
    preconditionFailure("what is shipped cannot be used: \(error)")
  }
}

/// A thousand image sizes that no branch predictor knows, the same on every run.
private let images: [ImageSize] = {
  var state: UInt64 = 0x1A6E
  func side() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return 64 + Int(state >> 40) % 4000
  }
  return (0..<1000).compactMap { _ in
    let width = side()
    return ImageSize(width: width, height: min(side(), width * 100))
  }
}()

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .instructions], warmupIterations: 3, scalingFactor: .one,
    maxDuration: .seconds(3))

  // What the others are compared with: an empty loop of as many rounds.
  Benchmark("nothing, 1,000 times", configuration: .init(scalingFactor: .kilo)) { benchmark in
    for round in benchmark.scaledIterations { blackHole(round) }
  }

  for name in ["llava-1.5-7b", "gemma-3-4b", "qwen2.5-vl-7b"] {
    let path = root.appendingPathComponent("profiles/compute/\(name).yaml").path
    let model = needed { try ComputeCostModel.load(path) }
    let cost = needed { try model.requestCost() }
    Benchmark(
      "evaluate \(name), \(cost.total.starts.count) pieces",
      configuration: .init(scalingFactor: .kilo)
    ) { benchmark in
      var sum: Int128 = 0
      for round in benchmark.scaledIterations {
        sum &+= (try? cost.total.value(at: 4 + (round &* 37) & 0x3FFF)) ?? 0
      }
      blackHole(sum)
    }
    Benchmark("compile \(name)") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(try? model.requestCost()) }
    }
  }

  for family in ["qwen2.5-vl", "llava-onevision", "internvl", "idefics3"] {
    let rule = needed { try TokenCount(family: family, images: Array(images.prefix(1))) }
      .settings.rule
    // Every image is one that the rule takes.
    needed { for image in images { _ = try rule.layout(of: image) } }
    Benchmark("1,000 images, \(family)") { benchmark in
      for _ in benchmark.scaledIterations {
        for image in images { blackHole((try? rule.layout(of: image))?.tokens) }
      }
    }
  }
}
