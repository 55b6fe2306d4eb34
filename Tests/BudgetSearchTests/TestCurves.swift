import BudgetSearch
import Foundation
import SeededRandom

/// Curves of the test's own, so that the search is tested without the rooms that feed it.
enum TestScore: ScoreCurve, CustomStringConvertible {
  case power(c: Double, exponent: Double)
  case regime(c: Double, beta: Double, nBalance: Double)
  case saturating(ceiling: Double, amplitude: Double, exponent: Double)
  case logLinear(a: Double, b: Double)
  case constant(Double)

  func score(at tokens: Int) -> Double {
    let n = Double(tokens)
    switch self {
    case .power(let c, let exponent): return c * pow(n, exponent)
    case .regime(let c, let beta, let nBalance):
      return c * pow(n * (n + nBalance) / (1 + nBalance), beta / 2)
    case .saturating(let ceiling, let amplitude, let exponent):
      return ceiling - amplitude * pow(n, -exponent)
    case .logLinear(let a, let b): return a + b * log(n)
    case .constant(let a): return a
    }
  }

  func elasticity(at tokens: Int) -> Double {
    let n = Double(tokens)
    switch self {
    case .power(_, let exponent): return exponent
    case .regime(_, let beta, let nBalance): return beta / 2 * (1 + n / (n + nBalance))
    case .saturating(_, let amplitude, let exponent):
      return exponent * amplitude * pow(n, -exponent) / score(at: tokens)
    case .logLinear(_, let b): return b / score(at: tokens)
    case .constant: return 0
    }
  }

  private var slope: Double {
    switch self {
    case .power(_, let exponent): exponent
    case .regime(_, let beta, _): beta
    case .saturating(_, let amplitude, _): amplitude
    case .logLinear(_, let b): b
    case .constant: 0
    }
  }

  var direction: Direction { slope > 0 ? .increasing : slope < 0 ? .decreasing : .constant }

  var elasticityBehaviour: ElasticityBehaviour {
    switch self {
    case .power(_, let exponent): .rational(numerator: (exponent, 0), denominator: (1, 0))
    case .regime(_, let beta, let nBalance):
      .rational(numerator: (beta / 2 * nBalance, beta), denominator: (nBalance, 1))
    case .saturating, .logLinear, .constant: .nonincreasing
    }
  }

  static func random(_ random: inout SeededRandom) -> TestScore {
    let c = random.logUniform(0.01...1000)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1: return .power(c: c, exponent: .random(in: -0.5...2.5, using: &random))
    case 2, 3, 4:
      return .regime(
        c: c, beta: .random(in: 0...2.5, using: &random),
        nBalance: Int.random(in: 0..<8, using: &random) == 0 ? 0 : random.logUniform(1e-1...1e5))
    case 5:
      return .saturating(
        ceiling: c, amplitude: c * .random(in: -2...2, using: &random),
        exponent: .random(in: 0.05...3, using: &random))
    case 6:
      return .logLinear(
        a: c * .random(in: -2...1, using: &random), b: c * .random(in: -1...1, using: &random))
    default: return .constant(Bool.random(using: &random) ? c : -c)
    }
  }

  var description: String {
    switch self {
    case .power(let c, let exponent): "power(\(c), \(exponent))"
    case .regime(let c, let beta, let nBalance): "regime(\(c), \(beta), \(nBalance))"
    case .saturating(let a, let b, let c): "saturating(\(a), \(b), \(c))"
    case .logLinear(let a, let b): "logLinear(\(a), \(b))"
    case .constant(let a): "constant(\(a))"
    }
  }
}

/// A quadratic between breakpoints, never falling.
struct TestCost: CostCurve {
  struct Piece {
    var start: Int
    var fixed: Int128
    var linear: Int128
    var squared: Int128
  }

  private(set) var pieces: [Piece]

  init(fixed: Int128, linear: Int128, squared: Int128) {
    pieces = [Piece(start: 0, fixed: fixed, linear: linear, squared: squared)]
  }

  private func piece(_ tokens: Int) -> Piece { pieces.last { $0.start <= tokens } ?? pieces[0] }

  func flops(at tokens: Int) -> Int128 {
    let piece = piece(tokens)
    return (piece.squared * Int128(tokens) + piece.linear) * Int128(tokens) + piece.fixed
  }

  var pieceStarts: [Int] { pieces.map(\.start) }

  func coefficients(at tokens: Int) -> QuadraticCoefficients {
    let piece = piece(tokens)
    return QuadraticCoefficients(
      fixed: Double(piece.fixed), linear: Double(piece.linear), squared: Double(piece.squared))
  }

  /// Every count times a factor.
  func times(_ factor: Int128) -> TestCost {
    var copy = self
    for index in copy.pieces.indices {
      copy.pieces[index].fixed *= factor
      copy.pieces[index].linear *= factor
      copy.pieces[index].squared *= factor
    }
    return copy
  }

  var hasConcavePiece: Bool { pieces.contains { $0.squared < 0 } }

  /// Whether the elasticity may fall within a piece.
  var hasNegativeCoefficient: Bool {
    pieces.contains { min($0.fixed, $0.linear, $0.squared) < 0 }
  }

  /// Adds a count from a token on, as a further tile does.
  mutating func step(at start: Int, by count: Int128) {
    add(from: start, fixed: count, linear: 0, squared: 0)
  }

  /// Adds what grows more slowly over `width` tokens until it is constant, as a filling window does:
  /// `slope · (2·width·m − m²)` for the m-th token behind the start.
  mutating func fill(from start: Int, width: Int, slope: Int128) {
    let (s, w) = (Int128(start), Int128(width))
    add(
      from: start, fixed: -slope * (2 * w * s + s * s), linear: 2 * slope * (w + s),
      squared: -slope)
    add(
      from: start + width, fixed: slope * (2 * w * s + s * s) + slope * w * w,
      linear: -2 * slope * (w + s), squared: slope)
  }

  private mutating func add(from start: Int, fixed: Int128, linear: Int128, squared: Int128) {
    if !pieces.contains(where: { $0.start == start }) {
      var split = piece(start)
      split.start = start
      pieces.append(split)
      pieces.sort { $0.start < $1.start }
    }
    for index in pieces.indices where pieces[index].start >= start {
      pieces[index].fixed += fixed
      pieces[index].linear += linear
      pieces[index].squared += squared
    }
  }

  /// Costs whose optimum may lie anywhere, with one or two coefficients zero in some, and with
  /// breakpoints in some.
  static func random(_ random: inout SeededRandom) -> TestCost {
    let linear = random.logUniform(1...1e10)
    func coefficient(_ range: ClosedRange<Double>) -> Int128 {
      Int.random(in: 0..<4, using: &random) == 0 ? 0 : Int128(random.logUniform(range))
    }
    let fixed = coefficient(linear...(linear * 2e3))
    let perToken = Int.random(in: 0..<6, using: &random) == 0 ? 0 : Int128(linear)
    let squared = coefficient(max(1, linear / 1e5)...(max(linear / 10, 2)))
    var cost =
      fixed + perToken + squared == 0
      ? TestCost(fixed: 1, linear: 1, squared: 0)
      : TestCost(fixed: fixed, linear: perToken, squared: squared)
    if Int.random(in: 0..<3, using: &random) == 0 {
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        cost.step(
          at: Int(random.logUniform(1...5000)),
          by: Int128(random.logUniform(linear...(linear * 1e3))))
      }
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      cost.fill(
        from: Int(random.logUniform(1...2000)), width: Int.random(in: 1...200, using: &random),
        slope: Int128(random.logUniform(1...max(2, linear))))
    }
    return cost
  }
}

extension Lattice {
  static func random(_ random: inout SeededRandom, upTo limit: Double) -> Lattice {
    let max = Int(random.logUniform(1...limit))
    let shape: Shape =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: .integers(min: Int.random(in: 1...max, using: &random), max: max)
      case 1: .squares(max: max)
      case 2: .multiples(of: Int.random(in: 1...Swift.min(max, 64), using: &random), max: max)
      default:
        .list(
          (0..<Int.random(in: 1...200, using: &random)).map { _ in
            Int(random.logUniform(1...limit))
          })
      }
    do {
      return try Lattice(shape)
    } catch {
      preconditionFailure("\(shape) has a member by construction")
    }
  }
}

/// Measures of these tests, beside FLOPs.
extension Measure {
  static let latency = Measure("latency", rank: 1)
  static let memory = Measure("memory", rank: 2)
  static let price = Measure("price", rank: 3)
  static let all = [flops, latency, memory, price]
}

/// An amount that never falls between breakpoints, at which it may fall.
struct TestMeasure: MeasureCurve {
  var parts: [(start: Int, fixed: Double, perToken: Double)]

  func amount(at tokens: Int) -> Double {
    let part = parts.last { $0.start <= tokens } ?? parts[0]
    return part.fixed + part.perToken * Double(tokens)
  }

  var falls: [Int] { parts.count > 1 ? parts.map(\.start) : [] }

  static func random(_ random: inout SeededRandom) -> TestMeasure {
    var parts: [(start: Int, fixed: Double, perToken: Double)] = []
    let count =
      Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 2...4, using: &random) : 1
    var start = 0
    for _ in 0..<count {
      parts.append(
        (
          start, random.logUniform(1...1e4),
          Int.random(in: 0..<5, using: &random) == 0 ? 0 : random.logUniform(1e-3...100)
        ))
      start += Int(random.logUniform(1...1000))
    }
    return TestMeasure(parts: parts)
  }
}

extension MixedScore {
  static func random(_ random: inout SeededRandom) -> MixedScore {
    MixedScore(
      (0..<Int.random(in: 2...3, using: &random)).map { _ in
        let floor = Double.random(in: -10...10, using: &random)
        return Part(
          curve: TestScore.random(&random), floor: floor,
          ceiling: floor + random.logUniform(1...1000), weight: random.logUniform(0.1...10))
      }, Combination.allCases.randomElement(using: &random) ?? .worst)
  }
}

extension Design {
  /// A design of one benchmark or a mixture, with three measures.
  static func random(_ random: inout SeededRandom, benchmarks: Int, upTo limit: Double) -> Design {
    let cost = TestCost.random(&random)
    let measures: [Measure: any MeasureCurve] = [
      .latency: TestMeasure.random(&random), .memory: TestMeasure.random(&random),
      .price: TestMeasure.random(&random),
    ]
    let lattice = Lattice.random(&random, upTo: limit)
    guard benchmarks > 1 else {
      return Design(
        score: TestScore.random(&random), cost: cost, measures: measures, lattice: lattice)
    }
    let parts = (0..<benchmarks).map { _ in
      let floor = Double.random(in: -10...10, using: &random)
      return MixedScore.Part(
        curve: TestScore.random(&random), floor: floor,
        ceiling: floor + random.logUniform(1...1000), weight: random.logUniform(0.1...10))
    }
    return Design(
      score: MixedScore(
        parts, MixedScore.Combination.allCases.randomElement(using: &random) ?? .worst),
      benchmarks: parts.map(\.curve), cost: cost, measures: measures, lattice: lattice)
  }
}
