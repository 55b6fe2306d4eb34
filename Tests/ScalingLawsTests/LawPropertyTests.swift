import RealModule
import ScalingLaws
import SeededRandom
import Testing

@Suite struct LawPropertyTests {
  static func randomLaw(_ random: inout SeededRandom) throws -> any ScoreLaw {
    let c = random.logUniform(0.01...1000)
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return try PowerLaw(c: c, alpha: .random(in: -2...1, using: &random))
    case 1:
      return try RegimeLaw(
        c: c, beta: .random(in: 0...2, using: &random),
        nBalance: Bool.random(using: &random) ? 0 : random.logUniform(1e-3...1e6))
    case 2:
      return try SaturatingLaw(
        ceiling: c, amplitude: c * .random(in: -2...2, using: &random),
        exponent: .random(in: 0.01...3, using: &random))
    case 3:
      return try LogLinearLaw(a: c, b: c * .random(in: -1...1, using: &random))
    case 4: return try ConstantLaw(a: c)
    case 5:
      return try LogisticLaw(
        ceiling: c, midpoint: random.logUniform(0.1...1e4), slope: random.logUniform(0.01...3))
    case 7:
      return try HillLaw(
        floor: Bool.random(using: &random) ? 0 : c * .random(in: 0...1, using: &random), ceiling: c,
        midpoint: random.logUniform(0.1...1e4), slope: random.logUniform(0.01...8))
    case 6:
      let sign: Double = Bool.random(using: &random) ? 1 : -1
      return try BrokenPowerLaw(
        c: c, exponentBefore: sign * .random(in: 0...2, using: &random),
        exponentAfter: sign * .random(in: 0...2, using: &random),
        breakTokens: random.logUniform(1...1e4))
    default:
      let points = (0..<Int.random(in: 2...12, using: &random)).map { _ in
        Measurement(
          tokens: random.logUniform(1...1e7), score: c * .random(in: 0.2...1, using: &random))
      }
      let law = InterpolatedLaw(
        through: points + [Measurement(tokens: 1, score: c / 10)],
        method: Bool.random(using: &random) ? .pchip : .isotonic)
      return try #require(law)
    }
  }

  /// Two token counts that a law is defined at, on one of its pieces.
  private static func tokenCounts(
    _ law: any ScoreLaw, _ random: inout SeededRandom
  ) -> (low: Double, high: Double) {
    let low = random.logUniform(1...1e5)
    var high = low * random.logUniform(1.01...100)
    var start = low
    if let last = law.breakpoints.last(where: { $0 > low && $0 <= high }) { start = last }
    high = min(high, law.domain.upperBound)
    start = min(start, high)
    return (start, high)
  }

  @Test(arguments: 1...300)
  func scoresFollowTheTrend(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let law = try Self.randomLaw(&random)
    let low = min(random.logUniform(1...1e5), law.domain.upperBound)
    let high = min(low * random.logUniform(1.001...100), law.domain.upperBound)
    let difference = law.score(at: high) - law.score(at: low)
    // Up to rounding of terms that nearly cancel.
    let slack = 1e-13 * max(law.score(at: low).magnitude, law.values.first?.magnitude ?? 0)
    switch law.trend {
    case .increasing: #expect(difference >= -slack, "\(law), seed \(seed)")
    case .decreasing: #expect(difference <= slack, "\(law), seed \(seed)")
    case .constant: #expect(difference.magnitude <= slack, "\(law), seed \(seed)")
    case .mixed: Issue.record("a law with a formula goes one way: \(law)")
    }
  }

  @Test(arguments: 1...300)
  func elasticityIsTheLogarithmicSlope(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let law = try Self.randomLaw(&random)
    let n = random.logUniform(1...1e5)
    let step = 1e-5
    let isAtBreak = law.breakpoints.contains { abs($0 / n - 1) < 1e-4 }
    guard !isAtBreak, law.domain.contains(n * 1.001) else { return }
    let below = law.score(at: n * Double.exp(-step))
    let above = law.score(at: n * Double.exp(step))
    guard min(below, above) > 0.01 * (law.values.first ?? 0) else { return }
    let slope = Double.log(above / below) / (2 * step)
    #expect(
      law.elasticity(at: n).isApproximatelyEqual(
        to: slope, absoluteTolerance: 1e-5, relativeTolerance: 1e-5),
      "\(law) at \(n), seed \(seed)")
  }

  @Test(arguments: 1...300)
  func elasticityHasTheShapeThatItSays(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let law = try Self.randomLaw(&random)
    let (low, high) = Self.tokenCounts(law, &random)
    guard law.score(at: low) > 0, law.score(at: high) > 0 else { return }
    switch law.elasticityShape {
    case .nonincreasing:
      if law.trend == .decreasing {
        #expect(law.elasticity(at: low) <= 0 && law.elasticity(at: high) <= 0)
      } else {
        #expect(
          law.elasticity(at: high) <= law.elasticity(at: low) + 1e-12, "\(law), seed \(seed)")
      }
    case .unknown:
      #expect(
        (law as? InterpolatedLaw)?.method == .pchip
          || (law as? HillLaw).map { $0.floor > 0 } == true)
    case .rational(let p, let q):
      for n in [low, high] {
        let value = (p.0 + p.1 * n) / (q.0 + q.1 * n)
        #expect(
          value.isApproximatelyEqual(
            to: law.elasticity(at: n), absoluteTolerance: 1e-15,
            relativeTolerance: 1e-13), "\(law) at \(n), seed \(seed)")
      }
    }
  }
}

@Suite struct GradientTests {
  @Test("derivatives with respect to the parameters", arguments: 1...400)
  func gradients(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    guard let law = try LawPropertyTests.randomLaw(&random) as? any ParametricLaw else { return }
    let n = random.logUniform(1...1e5)
    guard !law.breakpoints.contains(where: { abs($0 / n - 1) < 0.01 }) else { return }
    let gradient = law.gradient(at: n)
    let type = type(of: law)
    for index in law.values.indices {
      let step = max(1e-6 * law.values[index].magnitude, 1e-9)
      func score(_ sign: Double) throws -> Double {
        var values = law.values
        values[index] += sign * step
        return try Self.make(type, values).score(at: n)
      }
      guard let up = try? score(1), let down = try? score(-1) else { continue }
      let size = max(
        gradient[index].magnitude, (law.values.first ?? 1).magnitude, law.score(at: n).magnitude)
      #expect(
        gradient[index].isApproximatelyEqual(
          to: (up - down) / (2 * step), absoluteTolerance: 1e-6 * size, relativeTolerance: 1e-5),
        "\(law), parameter \(index), n = \(n), seed \(seed)")
    }
  }

  private static func make<Law: ParametricLaw>(
    _ type: Law.Type, _ values: [Double]
  ) throws -> any ScoreLaw { try Law(values: values) }
}

@Suite struct RegimeLawTests {
  @Test func elasticityGoesFromHalfBetaToBeta() throws {
    let law = try RegimeLaw(c: 10, beta: 0.4, nBalance: 64)
    #expect(law.elasticity(at: 1e-9).isApproximatelyEqual(to: 0.2, relativeTolerance: 1e-9))
    #expect(law.elasticity(at: 64).isApproximatelyEqual(to: 0.3))
    #expect(law.elasticity(at: 1e12).isApproximatelyEqual(to: 0.4, relativeTolerance: 1e-9))
  }

  @Test func alphaSpellsTheSameLaw() throws {
    for nBalance in [0, 0.5, 64, 1e9] {
      let law = try RegimeLaw(c: 10, beta: 0.4, nBalance: nBalance)
      for n in [0.5, 1.0000001, 2, 64, 1e6] {
        #expect(
          (10 * Double.pow(n, -law.alpha(at: n))).isApproximatelyEqual(
            to: law.score(at: n), relativeTolerance: 1e-12))
      }
      #expect(
        law.alpha(at: 1).isApproximatelyEqual(
          to: law.alpha(at: 1 + 1e-9), relativeTolerance: 1e-8))
    }
  }

  @Test func limitsArePowerLaws() throws {
    let large = try RegimeLaw(c: 10, beta: 0.4, nBalance: 1e300)
    let small = try RegimeLaw(c: 10, beta: 0.4, nBalance: 0)
    let half = try PowerLaw(c: 10, alpha: -0.2)
    let whole = try PowerLaw(c: 10, alpha: -0.4)
    for n in [1.0, 30, 1e5] {
      #expect(large.score(at: n).isApproximatelyEqual(to: half.score(at: n)))
      #expect(small.score(at: n).isApproximatelyEqual(to: whole.score(at: n)))
    }
  }
}

@Suite struct LawFormTests {
  @Test func identifiersAndKeysAreThoseOfTheDocuments() {
    let forms = LawRegistry.all.map { type in
      "\(type.form.id) {\(type.form.parameters.map(\.key).joined(separator: ", "))}"
    }
    #expect(
      forms == [
        "power {c, alpha}", "regime {c, beta, n_balance}",
        "saturating {ceiling, amplitude, exponent}", "log-linear {a, b}",
        "logistic {ceiling, midpoint, slope}", "hill {floor, ceiling, midpoint, slope}",
        "broken-power {c, exponent_before, exponent_after, break_tokens}", "constant {a}",
      ])
    let joint = JointLaw.Shape.allCases.map { shape in
      "\(shape.form.id) {\(shape.form.parameters.map(\.key).joined(separator: ", "))}"
    }
    #expect(
      joint == ["joint {a, b, c, d}", "joint-score {a, b, c}", "joint-log-linear {a, b, c}"])
    #expect(InterpolatedLaw.form.id == "interpolated" && InterpolatedLaw.form.parameters.isEmpty)
  }

  @Test func parametersOutsideTheirDomainAreRefused() {
    #expect(throws: InvalidLawParameter.self) { try PowerLaw(c: 0, alpha: 1) }
    #expect(throws: InvalidLawParameter.self) { try PowerLaw(c: 1, alpha: .nan) }
    #expect(throws: InvalidLawParameter.self) { try RegimeLaw(c: 1, beta: -0.1, nBalance: 1) }
    #expect(throws: InvalidLawParameter.self) { try RegimeLaw(c: 1, beta: 0.1, nBalance: -1) }
    #expect(throws: InvalidLawParameter.self) {
      try SaturatingLaw(ceiling: 1, amplitude: 1, exponent: 0)
    }
    #expect(throws: InvalidLawParameter.self) {
      try HillLaw(floor: 2, ceiling: 1, midpoint: 1, slope: 1)
    }
    #expect(throws: InvalidLawParameter.self) {
      try HillLaw(floor: -1, ceiling: 1, midpoint: 1, slope: 1)
    }
    #expect(throws: InvalidLawParameter.self) { try LogLinearLaw(values: [1]) }
    #expect(throws: InvalidLawParameter.self) { try ConstantLaw(a: .infinity) }
  }

  @Test func inversesOfUnreachableScoresAreNil() throws {
    #expect(try PowerLaw(c: 1, alpha: -1).tokens(reaching: 0) == nil)
    #expect(try PowerLaw(c: 1, alpha: 0).tokens(reaching: 1) == nil)
    #expect(try RegimeLaw(c: 1, beta: 0, nBalance: 1).tokens(reaching: 1) == nil)
    #expect(try SaturatingLaw(ceiling: 50, amplitude: 10, exponent: 1).tokens(reaching: 50) == nil)
    #expect(try SaturatingLaw(ceiling: 50, amplitude: 0, exponent: 1).tokens(reaching: 50) == nil)
    let hill = try HillLaw(floor: 25, ceiling: 60, midpoint: 100, slope: 2)
    #expect(hill.tokens(reaching: 25) == nil && hill.tokens(reaching: 60) == nil)
    #expect(hill.tokens(reaching: 42.5)?.isApproximatelyEqual(to: 100) == true)
    #expect(try LogLinearLaw(a: 1, b: 0).tokens(reaching: 1) == nil)
    #expect(try LogLinearLaw(a: 1, b: 1e-9).tokens(reaching: 2) == nil)
    #expect(try ConstantLaw(a: 1).tokens(reaching: 1) == nil)
  }

  @Test func predictionsSayWhereTheyExtrapolate() throws {
    let fitted = FittedLaw(try PowerLaw(c: 10, alpha: -0.5), fittedTokens: 4...64)
    #expect(
      [3.9, 4, 64, 64.1].map { fitted.predict(at: $0).isExtrapolated } == [
        true, false, false, true,
      ])
    #expect(fitted.predict(at: 16).score == 40)
  }
}

@Suite struct ResidualTests {
  @Test func residualsNameTheWorstPoint() throws {
    let law = try PowerLaw(c: 10, alpha: 0)
    let points = [(1.0, 10.0), (2, 11), (4, 5), (8, 10)]
      .map { Measurement(tokens: $0.0, score: $0.1) }
    let residuals = try #require(LawResiduals(of: law, on: points))
    #expect(residuals.worst == Measurement(tokens: 4, score: 5))
    #expect(residuals.worstRelativeError == 1)
    let squares = Double.pow(Double.log(1.1), 2) + Double.pow(Double.log(2), 2)
    // Four points, two parameters.
    let expected = (squares / 2).squareRoot()
    #expect(residuals.standardDeviation?.isApproximatelyEqual(to: expected) == true)
    #expect(LawResiduals(of: law, on: []) == nil)
  }

  /// Without degrees of freedom, or with a score of zero, there is no scatter, but still a miss.
  @Test func missesAreFoundWithoutDegreesOfFreedom() throws {
    let law = try PowerLaw(c: 10, alpha: 0)
    func residuals(_ scores: [Double]) -> LawResiduals? {
      LawResiduals(
        of: law, on: scores.enumerated().map { Measurement(tokens: Double($0 + 1), score: $1) })
    }
    let two = try #require(residuals([34, 10]))
    #expect(two.standardDeviation == nil && two.worst.score == 34)
    let zero = try #require(residuals([0, 20, 10, 10]))
    #expect(zero.standardDeviation == nil && zero.worst.score == 20)
    #expect(residuals([0, -1]) == nil)
    // Judged by the relative error that is reported: 10 / 5.3 misses by more than 10 / 20.
    #expect(residuals([20, 5.3, 10, 10])?.worst.score == 5.3)
    #expect(try #require(residuals([11.09, 9.06, 10, 10])).worstRelativeError > 0.1)
  }
}
