import Foundation
import SeededRandom
import Testing

@testable import BudgetSearch

/// What a further measurement is worth, and the order statistics that regret is read from.
@Suite struct KnowledgeGradientTests {
  /// ∫ max(a + b·z) φ(z) dz by the trapezoidal rule, which a density that vanishes at the ends makes exact.
  private func integrated(_ lines: [(mean: Double, slope: Double)]) -> Double {
    var sum = 0.0
    let step = 1e-3
    for k in -12_000...12_000 {
      let z = Double(k) * step
      let highest = lines.map { $0.mean + $0.slope * z }.max() ?? .nan
      sum += highest * exp(-z * z / 2) * step
    }
    return sum / (2 * Double.pi).squareRoot()
  }

  @Test(arguments: 1...40)
  func theExpectedMaximumOfLines(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var lines = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      (
        mean: Double.random(in: -2...2, using: &random),
        slope: Double.random(in: -1...1, using: &random)
      )
    }
    // Lines that coincide, that are parallel, and that are flat.
    if seed % 3 == 0 { lines += lines }
    if seed % 4 == 0 { lines += lines.map { (mean: $0.mean - 0.5, slope: $0.slope) } }
    if seed % 5 == 0 { lines += [(mean: 0.3, slope: 0), (mean: 0.3, slope: 0)] }
    let found = KnowledgeGradient.expectedMaximum(of: lines)
    #expect((found - integrated(lines)).magnitude <= 2e-6, "seed \(seed): \(lines)")
    // The order of lines changes nothing.
    let other = KnowledgeGradient.expectedMaximum(of: lines.shuffled(using: &random))
    #expect((found - other).magnitude <= 1e-12)
    #expect(found >= (lines.map(\.mean).max() ?? 0) - 1e-12)
  }

  /// One candidate is worth 0, another what is measured: E max(0, s·z) = s / √(2π) with s² = Var y / (1 + σ²/Var y).
  @Test(arguments: [0, 0.25, 1, 9])
  func theGainOfTwoCandidates(noise: Double) {
    var random = SeededRandom(seed: 3)
    var values = (0..<5000).map { _ in random.normal() }
    let mean = values.reduce(0, +) / 5000
    for index in values.indices { values[index] -= mean }
    let variance = values.reduce(0) { $0 + $1 * $1 } / 5000
    let nothing = values.map { _ in 0.0 }
    let measurement = PossibleMeasurement(
      predictions: values.map { 2 * $0 + 7 }, variance: 4 * noise)
    let gain = KnowledgeGradient.gain([nothing, values], measurement)
    let slope = variance / (variance + noise).squareRoot()
    #expect((gain - slope / (2 * Double.pi).squareRoot()).magnitude <= 1e-9)
    // What no scenario changes tells nothing, and a choice that is never changed gains nothing.
    let same = PossibleMeasurement(predictions: nothing, variance: noise)
    #expect(KnowledgeGradient.gain([nothing, values], same) == 0)
    let certain = values.map { $0 + 100 }
    #expect(KnowledgeGradient.gain([nothing, certain], measurement) <= 1e-12)
    // Less noise is worth more.
    let quieter = PossibleMeasurement(predictions: measurement.predictions, variance: noise)
    #expect(KnowledgeGradient.gain([nothing, values], quieter) >= gain)
  }

  @Test(arguments: 1...200)
  func quantilesAreThoseOfTheSortedValues(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let count = Int.random(in: 1...300, using: &random)
    let kind = Int.random(in: 0..<4, using: &random)
    var values = (0..<count).map { index -> Double in
      switch kind {
      case 0: .random(in: -5...5, using: &random)
      // Many ties, as regrets of 0 are.
      case 1: Double(Int.random(in: 0...3, using: &random))
      case 2: Double(index)
      default: Double(-index)
      }
    }
    let sorted = values.sorted()
    for p in [1e-9, 0.05, 0.5, 0.95, 0.999, 1] {
      // The definition: the smallest that at least a part p does not pass.
      let wanted = sorted.first { value in
        Double(sorted.filter { $0 <= value }.count) >= p * Double(count)
      }
      #expect(quantile(p, of: &values) == wanted, "seed \(seed), p \(p)")
      #expect(values.sorted() == sorted)
    }
  }
}

extension SeededRandom {
  /// A standard normal number.
  fileprivate mutating func normal() -> Double {
    let (u, v) = (
      Double.random(in: 1e-12...1, using: &self), Double.random(in: 0...1, using: &self)
    )
    return sqrt(-2 * log(u)) * cos(2 * .pi * v)
  }
}
