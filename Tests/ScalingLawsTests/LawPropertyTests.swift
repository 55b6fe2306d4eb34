import RealModule
import ScalingLaws
import SeededRandom
import Testing

@Suite struct LawPropertyTests {
  private static func randomLaw(_ random: inout SeededRandom) throws -> any ScoreLaw {
    let c = random.logUniform(0.01...1000)
    switch Int.random(in: 0..<5, using: &random) {
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
    default: return try ConstantLaw(a: c)
    }
  }

  @Test(arguments: 1...300)
  func scoresFollowTheTrend(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let law = try Self.randomLaw(&random)
    let low = random.logUniform(1...1e5)
    let high = low * random.logUniform(1.001...100)
    let difference = law.score(at: high) - law.score(at: low)
    // Up to rounding of terms that nearly cancel.
    let slack = 1e-13 * max(law.score(at: low).magnitude, law.values[0].magnitude)
    switch law.trend {
    case .increasing: #expect(difference >= -slack, "\(law), seed \(seed)")
    case .decreasing: #expect(difference <= slack, "\(law), seed \(seed)")
    case .constant: #expect(difference.magnitude <= slack, "\(law), seed \(seed)")
    }
  }

  @Test(arguments: 1...300)
  func elasticityIsTheLogarithmicSlope(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let law = try Self.randomLaw(&random)
    let n = random.logUniform(1...1e5)
    let step = 1e-5
    let below = law.score(at: n * Double.exp(-step))
    let above = law.score(at: n * Double.exp(step))
    guard min(below, above) > 0.01 * law.values[0] else { return }
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
    let low = random.logUniform(1...1e5)
    let high = low * random.logUniform(1.01...100)
    guard law.score(at: low) > 0, law.score(at: high) > 0 else { return }
    switch law.elasticityShape {
    case .nonincreasing:
      if law.trend == .decreasing {
        #expect(law.elasticity(at: low) <= 0 && law.elasticity(at: high) <= 0)
      } else {
        #expect(
          law.elasticity(at: high) <= law.elasticity(at: low) + 1e-12, "\(law), seed \(seed)")
      }
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
        "saturating {ceiling, amplitude, exponent}", "log-linear {a, b}", "constant {a}",
      ])
  }

  @Test func parametersOutsideTheirDomainAreRefused() {
    #expect(throws: InvalidLawParameter.self) { try PowerLaw(c: 0, alpha: 1) }
    #expect(throws: InvalidLawParameter.self) { try PowerLaw(c: 1, alpha: .nan) }
    #expect(throws: InvalidLawParameter.self) { try RegimeLaw(c: 1, beta: -0.1, nBalance: 1) }
    #expect(throws: InvalidLawParameter.self) { try RegimeLaw(c: 1, beta: 0.1, nBalance: -1) }
    #expect(throws: InvalidLawParameter.self) {
      try SaturatingLaw(ceiling: 1, amplitude: 1, exponent: 0)
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

@Suite struct FittingTests {
  @Test(arguments: 1...100)
  func leastSquaresRecoversAnExactLaw(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let law = try PowerLaw(
      c: random.logUniform(0.01...1000), alpha: .random(in: -1...1, using: &random))
    let points = (0..<Int.random(in: 2...20, using: &random)).map { index in
      let n = Double(index + 1) * random.logUniform(1...30)
      return Measurement(tokens: n, score: law.score(at: n))
    }
    let fit = try #require(PowerLaw.leastSquares(through: points))
    #expect(fit.c.isApproximatelyEqual(to: law.c, relativeTolerance: 1e-9), "seed \(seed)")
    #expect(
      fit.alpha.isApproximatelyEqual(to: law.alpha, absoluteTolerance: 1e-9), "seed \(seed)")
  }

  @Test func fitsWithoutAnAnswerAreNil() {
    func fit(_ points: [(Double, Double)]) -> PowerLaw? {
      PowerLaw.leastSquares(through: points.map { Measurement(tokens: $0.0, score: $0.1) })
    }
    #expect(fit([]) == nil)
    #expect(fit([(4, 1)]) == nil)
    #expect(fit([(4, 1), (4, 2)]) == nil)
    #expect(fit([(4, 1), (8, 0)]) == nil)
    #expect(fit([(0, 1), (8, 1)]) == nil)
    #expect(fit([(4, 1), (8, .nan)]) == nil)
    #expect(fit([(4, 2), (8, 2)])?.alpha == 0)
  }

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
