import Benchmark
import TokenBudget

/// What a benchmark needs to begin; a benchmark of something that failed would measure nothing.
private func needed<Value>(_ make: () throws -> Value?) -> Value {
  do {
    if let value = try make() { return value }
    preconditionFailure("what a benchmark needs is not there")
  } catch {
    preconditionFailure("what a benchmark needs cannot be made: \(error)")
  }
}

/// TextVQA of the paper's question-aware model: ten points that saturate.
private let saturating = [
  (1.0, 9.708), (8, 27.886), (16, 34.112), (32, 42.6), (64, 45.802), (128, 49.472),
  (256, 54.396), (384, 53.4), (512, 53.55), (768, 52.998),
].map { Measurement(tokens: $0.0, score: $0.1) }

/// Thirty points of the paper's law with a ripple for noise.
private let transition: [Measurement] = {
  let law = needed { try RegimeLaw(c: 1, beta: 0.5, nBalance: 64) }
  return (0..<30).map { index in
    let tokens = Double(1 << (index / 3)) * [1, 1.26, 1.59][index % 3]
    let ripple = [0.01, -0.012, 0.004, -0.006, 0.009][index % 5]
    return Measurement(tokens: tokens, score: law.score(at: tokens) * (1 + ripple))
  }
}()

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .instructions], warmupIterations: 3, scalingFactor: .one,
    maxDuration: .seconds(3))
  let ten = needed { try Series(saturating) }
  let thirty = needed { try Series(transition) }

  // What the others are compared with: one straight line through ten points.
  Benchmark("power law, 10 points", configuration: .init(scalingFactor: .kilo)) { benchmark in
    for _ in benchmark.scaledIterations {
      blackHole(try? LawFit.fit(PowerLaw.self, to: ten))
    }
  }
  Benchmark("all laws, AICc, leave-one-out, 10 points") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(try? LawComparison(of: ten)) }
  }
  for type in [SaturatingLaw.self, LogisticLaw.self, RegimeLaw.self] as [any ParametricLaw.Type] {
    let series = type == RegimeLaw.self ? thirty : ten
    let fit = needed { try LawFit.fit(type, to: series) }
    Benchmark("10,000 draws, \(type.form.id), \(series.measurements.count) points") { benchmark in
      for _ in benchmark.scaledIterations {
        blackHole(try? ParameterDraws(around: fit, of: series, .init(count: 10_000)))
      }
    }
  }
  for (name, series) in [("10", ten), ("30", thirty)] {
    Benchmark(
      "break, sets and n_balance, \(name) points", configuration: .init(scalingFactor: .kilo)
    ) { benchmark in
      for _ in benchmark.scaledIterations { blackHole(try? RegimeAnalysis(of: series)) }
    }
  }
}
