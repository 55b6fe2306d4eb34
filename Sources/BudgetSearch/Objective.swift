/// What makes one token count better than another.
///
/// Two objectives within ``tieTolerance`` of each other, relative, are a tie; ties go to fewer
/// tokens.
public enum Objective: Sendable, Hashable {
  /// The highest S(n) / F(n). Token counts whose score is not positive are no candidates: a ratio
  /// to a score of zero or less has no meaning.
  case scorePerFLOP
  /// The highest S(n).
  case score
  /// The lowest amount of a measure.
  case least(Measure)
  /// The highest worth · S(n) − price · amount(n): what the score is worth less what it costs. Both
  /// factors are at least 0.
  case value(worth: Double, price: Double, Measure)
  /// The highest S(n) / F(n)^τ, which peaks where one percent more FLOPs still buys τ percent more
  /// score: the last step that is worth its cost. 0 < τ ≤ 10; 1 is ``scorePerFLOP``. F counts in
  /// multiples of the fewest FLOPs of any candidate.
  case elasticity(Double)

  /// How close two objectives are to count as equal: 1e-12 relative, some thousand times the
  /// rounding error of an evaluation and far below any measurement.
  public static let tieTolerance = 1e-12

  /// Whether only positive scores can be compared.
  var needsPositiveScores: Bool {
    switch self {
    case .scorePerFLOP, .elasticity: true
    case .score, .least, .value: false
    }
  }

  /// The exponent τ of S / F^τ; `nil` for objectives of another form.
  var costExponent: Double? {
    switch self {
    case .scorePerFLOP: 1
    case .elasticity(let threshold): threshold
    case .score, .least, .value: nil
    }
  }

  /// The measure that it weighs or minimises.
  public var measure: Measure? {
    switch self {
    case .least(let measure), .value(_, _, let measure): measure
    case .scorePerFLOP, .elasticity: .flops
    case .score: nil
    }
  }
}

/// What a budget must not violate. An absent limit does not limit.
public struct Limits: Sendable, Equatable {
  /// The lowest score allowed of each benchmark, by its position, in its unit.
  public var minimumScores: [Int: Double]
  /// The least share of the best score that must be kept.
  public var kept: KeptShare?
  /// The most allowed of each measure.
  public var maxima: [Measure: Amount]

  /// The lowest score allowed of the only benchmark, or of the first.
  public var minimumScore: Double? {
    get { minimumScores[0] }
    set { minimumScores[0] = newValue }
  }

  /// The most FLOPs allowed.
  public var maximumFLOPs: Int128? {
    get { maxima[.flops]?.count }
    set { maxima[.flops] = newValue.map { .count($0) } }
  }

  /// Limits, none by default.
  public init(
    minimumScore: Double? = nil, kept: KeptShare? = nil, maximumFLOPs: Int128? = nil,
    maxima: [Measure: Amount] = [:]
  ) {
    minimumScores = [:]
    self.kept = kept
    self.maxima = maxima
    self.minimumScore = minimumScore
    if let maximumFLOPs { self.maximumFLOPs = maximumFLOPs }
  }

  /// The limits that are set, in an order that is always the same.
  public var names: [LimitName] {
    var names = minimumScores.keys.sorted().map { LimitName.floor(benchmark: $0) }
    if kept != nil { names.append(.kept) }
    return names + maxima.keys.sorted().map { .ceiling($0) }
  }
}

/// A limit by name.
public enum LimitName: Sendable, Hashable {
  /// One of ``Limits/minimumScores``.
  case floor(benchmark: Int)
  /// ``Limits/kept``.
  case kept
  /// One of ``Limits/maxima``.
  case ceiling(Measure)
  /// The condition of a ratio that the score be positive.
  case positiveScore

  /// ``Limits/minimumScore``.
  public static let minimumScore = LimitName.floor(benchmark: 0)
  /// ``Limits/maximumFLOPs``.
  public static let maximumFLOPs = LimitName.ceiling(.flops)

  /// Whether its measure may be the result of a long calculation: all but FLOPs, which are quadratics.
  var isCostly: Bool {
    if case .ceiling(let measure) = self { measure != .flops } else { false }
  }

  /// The key as documents and reports spell it, whatever the benchmark.
  public var key: String {
    switch self {
    case .floor: "min_score"
    case .kept: "keep"
    case .ceiling(let measure): "max_" + measure.key
    case .positiveScore: "positive_score"
    }
  }
}
