import SeededRandom
import Testing

@testable import BudgetSearch

private func optimum(_ problem: BudgetProblem) -> Optimum? {
  if case .optimum(let optimum) = problem.solve() { return optimum }
  return nil
}

@Suite struct SearchPropertyTests {
  private static let llava = TestCost(
    fixed: 2_900_040_000_000, linear: 13_125_000_000, squared: 524_288)

  private static func problem(
    _ score: TestScore = .power(c: 14.8125, exponent: 0.229666), max: Int = 1_000_000,
    _ objective: Objective = .scorePerFLOP, _ limits: Limits = Limits()
  ) throws -> BudgetProblem {
    BudgetProblem(
      score: score, cost: llava, lattice: try Lattice(.integers(min: 1, max: max)),
      objective: objective, limits: limits)
  }

  @Test(arguments: 1...200)
  func tighterLimitsNeverHelp(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let score = TestScore.random(&random)
    var problem = BudgetProblem(
      score: score, cost: TestCost.random(&random), lattice: Lattice.random(&random, upTo: 1e6),
      objective: .score)
    let free = try #require(optimum(problem))
    problem.limits.maximumFLOPs = problem.designs[0].cost.flops(at: free.tokens) - 1
    if let limited = optimum(problem) {
      let best = score.score(at: free.tokens)
      #expect(score.score(at: limited.tokens) <= best + best.magnitude * 1e-11, "seed \(seed)")
    }
  }

  @Test(arguments: 1...200)
  func unitsDoNotMatter(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let exponent = Double.random(in: 0...1.5, using: &random)
    let cost = TestCost.random(&random)
    let lattice = Lattice.random(&random, upTo: 1e6)
    func tokens(scale: Double, factor: Int128) -> Int? {
      optimum(
        BudgetProblem(
          score: TestScore.power(c: scale, exponent: exponent),
          cost: cost.times(factor),
          lattice: lattice, objective: .scorePerFLOP))?.tokens
    }
    #expect(tokens(scale: 1, factor: 1) == tokens(scale: 1024, factor: 1 << 20), "seed \(seed)")
  }

  @Test func evaluationsGrowWithTheLogarithmOfTheLattice() throws {
    let counts = try [1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000].map { max in
      try #require(optimum(Self.problem(max: max))).certificate.evaluations
    }
    for (smaller, larger) in zip(counts, counts.dropFirst()) {
      // Each thousandfold lattice adds a few halvings to each of a handful of bisections.
      #expect(larger - smaller <= 60, "\(counts)")
    }
  }

  /// Where ties go on for trillions of members, following them must end all the same.
  @Test func flatObjectivesTakeBoundedWork() throws {
    let lattice = try Lattice(.integers(min: 1, max: .max))
    for excess in [0, 1e-14, 1e-12, 1e-11, -1e-12] {
      let problem = BudgetProblem(
        score: TestScore.power(c: 3, exponent: 1 + excess),
        cost: TestCost(fixed: 0, linear: 7, squared: 0), lattice: lattice,
        objective: .scorePerFLOP, limits: Limits(minimumScore: 3))
      let found = try #require(optimum(problem))
      #expect(found.certificate.evaluations < 50_000, "\(excess)")
      let score = problem.designs[0].score
      let best = score.score(at: .max) / 7 / Double(Int.max)
      let ratio = score.score(at: found.tokens) / 7 / Double(found.tokens)
      #expect(ratio >= max(best, 3.0 / 7) * (1 - 2e-12), "\(excess)")
    }
  }

  /// Objectives without pieces that are flat, or fall and rise by less than a tie, over millions of members.
  @Test func branchAndBoundIsShortWhereNothingDiffers() throws {
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000_000))
    let rising = TestScore.saturating(ceiling: 60, amplitude: 30, exponent: 2)
    let cost = TestCost(fixed: 1_000_000_000_000, linear: 1, squared: 0)
    let problems = [
      BudgetProblem(
        score: TestScore.constant(10), cost: cost, lattice: lattice,
        objective: .value(worth: 1, price: 0, .flops)),
      BudgetProblem(
        score: rising, cost: cost, lattice: lattice,
        objective: .value(worth: 1, price: 1e-30, .flops)),
    ]
    for problem in problems {
      #expect(try #require(optimum(problem)).certificate.evaluations < 20_000)
    }
  }

  /// F^−τ alone would leave the doubles.
  @Test func steepThresholdsDoNotUnderflow() throws {
    for (fixed, threshold) in [(1e15, 10.0), (1e37, 9)] {
      let problem = BudgetProblem(
        score: TestScore.power(c: 10, exponent: 0.3),
        cost: TestCost(fixed: Int128(fixed), linear: 1, squared: 0),
        lattice: try Lattice(.integers(min: 1, max: 1000)), objective: .elasticity(threshold))
      #expect(try #require(optimum(problem)).tokens == 1000)
    }
  }

  /// The value that is reported is the objective at the answer, whichever way it was found: an elasticity of
  /// 1 has the same best as score per FLOP and another value.
  @Test(arguments: [Objective.scorePerFLOP, .elasticity(1), .elasticity(0.5), .elasticity(3)])
  func theValueIsTheObjective(objective: Objective) throws {
    let problem = BudgetProblem(
      score: TestScore.power(c: 10, exponent: 0.25),
      cost: TestCost(fixed: 2_900_000, linear: 13_000, squared: 1),
      lattice: try Lattice(.integers(min: 1, max: 1000)), objective: objective)
    let best = try #require(problem.best())
    #expect(best.value == problem.objective(at: best.tokens, of: 0))
  }

  @Test func certificatesSayHowTheAnswerWasFound() throws {
    let scan = try #require(optimum(Self.problem(max: 64))).certificate
    #expect(scan.method == .scan)
    #expect(scan.candidates == 64)
    #expect(scan.evaluations >= 64)
    let bisection = try #require(optimum(Self.problem(max: 65))).certificate
    #expect(bisection.method == .bisection)
    #expect(bisection.evaluations < 65)
  }

  @Test func convexLawsAreFollowedOverSeveralPeaks() throws {
    // β > 1 against a cost that is flat, then linear, then quadratic: score per FLOP falls, rises
    // and falls again, and the later peak is the higher one.
    let score = TestScore.regime(c: 1, beta: 1.6, nBalance: 300)
    let cost = TestCost(fixed: 400_000, linear: 100_000, squared: 1)
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
    let found = try #require(
      optimum(BudgetProblem(score: score, cost: cost, lattice: lattice, objective: .scorePerFLOP)))
    let ratio = { (tokens: Int) in score.score(at: tokens) / Double(cost.flops(at: tokens)) }
    let best = try #require((1...1_000_000).max { ratio($0) < ratio($1) })
    #expect((ratio(best) / ratio(found.tokens) - 1).magnitude <= 1e-12)
    #expect(found.tokens > 1 && found.tokens < 1_000_000)
    let evaluator = Evaluator(
      BudgetProblem(score: score, cost: cost, lattice: lattice, objective: .scorePerFLOP))
    let pieces = try #require(evaluator.monotonePieces(in: IndexRanges(0..<lattice.count)))
    #expect(Set(pieces.map(\.direction)).count == 2)
    #expect(pieces.count >= 3)
  }

  @Test(arguments: 1...100)
  func piecesCoverTheLatticeAndAreMonotone(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let problem = BudgetProblem(
      score: TestScore.regime(
        c: 1, beta: .random(in: 0...2.5, using: &random), nBalance: random.logUniform(0.01...1e4)),
      cost: TestCost.random(&random), lattice: try Lattice(.integers(min: 1, max: 2000)),
      objective: .scorePerFLOP)
    let evaluator = Evaluator(problem)
    let pieces = try #require(evaluator.monotonePieces(in: IndexRanges(0..<2000)))
    #expect(pieces.first?.indices.lowerBound == 0)
    #expect(pieces.last?.indices.upperBound == 2000)
    for (piece, next) in zip(pieces, pieces.dropFirst()) {
      #expect(piece.indices.upperBound == next.indices.lowerBound)
    }
    for piece in pieces {
      for index in piece.indices.dropFirst() {
        let step = evaluator.objective(index) / evaluator.objective(index - 1) - 1
        let expected = piece.direction == .increasing ? step >= -1e-13 : step <= 1e-13
        #expect(expected, "seed \(seed), \(piece), index \(index)")
      }
    }
  }
}

@Suite struct LatticeTests {
  @Test(
    arguments: [
      (.integers(min: 3, max: 6), [3, 4, 5, 6]), (.squares(max: 26), [1, 4, 9, 16, 25]),
      (.multiples(of: 4, max: 14), [4, 8, 12]), (.list([9, 1, 4, 9]), [1, 4, 9]),
      (.integers(min: 5, max: 5), [5]),
    ] as [(Lattice.Shape, [Int])])
  func members(shape: Lattice.Shape, expected: [Int]) throws {
    let lattice = try Lattice(shape)
    #expect((0..<lattice.count).map { lattice[$0] } == expected)
  }

  @Test func emptyAndNonPositiveShapesAreRefused() {
    for shape: Lattice.Shape in [
      .integers(min: 3, max: 2), .squares(max: 0), .multiples(of: 5, max: 4), .list([]),
      .squares(max: -4),
    ] {
      #expect(throws: Lattice.Invalid.empty) { try Lattice(shape) }
    }
    #expect(throws: Lattice.Invalid.notPositive(0)) { try Lattice(.integers(min: 0, max: 2)) }
    #expect(throws: Lattice.Invalid.notPositive(-1)) { try Lattice(.multiples(of: -1, max: 2)) }
    #expect(throws: Lattice.Invalid.notPositive(-7)) { try Lattice(.list([4, -7])) }
  }

  @Test func extremesDoNotOverflow() throws {
    let squares = try Lattice(.squares(max: .max))
    #expect(squares.count == 3_037_000_499)
    #expect(squares[squares.count - 1] == 9_223_372_030_926_249_001)
    let integers = try Lattice(.integers(min: 1, max: .max))
    #expect(integers.count == .max)
    #expect(integers[integers.count - 1] == .max)
    #expect(try Lattice(.multiples(of: .max, max: .max)).count == 1)
    #expect(try Lattice(.squares(max: 24)).count == 4)
    #expect(try Lattice(.squares(max: 25)).count == 5)
  }

  @Test func firstIndexFindsTheNextMember() throws {
    let lattice = try Lattice(.squares(max: 100))
    #expect(lattice.firstIndex(atLeast: -1) == 0)
    #expect(lattice.firstIndex(atLeast: 16) == 3)
    #expect(lattice.firstIndex(atLeast: 16.5) == 4)
    #expect(lattice.firstIndex(atLeast: 1e300) == 10)
  }

  /// A part of a lattice has the members that the whole has there, in whatever form these are given.
  @Test(arguments: 1...200)
  func aPartHasTheMembersOfTheWhole(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var lattice = Lattice.random(&random, upTo: 1e5)
    var members = (0..<lattice.count).map { lattice[$0] }
    // A part of a part, too.
    for _ in 0..<2 {
      let ends = [0, 1].map { _ in
        Double.random(in: 0...Double(members[members.count - 1] + 5), using: &random)
      }
      let range = min(ends[0], ends[1])...max(ends[0], ends[1])
      let expected = members.filter { range.contains(Double($0)) }
      let indices = lattice.indices(within: range)
      #expect(indices.count == expected.count, "seed \(seed)")
      guard !indices.isEmpty else { return }
      lattice = lattice[indices]
      members = (0..<lattice.count).map { lattice[$0] }
      #expect(members == expected, "seed \(seed)")
      #expect(lattice.firstIndex(atLeast: range.lowerBound) == 0, "seed \(seed)")
    }
  }
}
