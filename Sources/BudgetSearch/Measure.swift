/// What tokens cost, by a key. The search orders keys and tells them apart; their words, their units and how
/// they are computed are known where the curves are made.
public struct Measure: Sendable, Hashable, Comparable {
  /// As documents spell it.
  public let key: String
  /// Its place among all measures: keys of one rank are one measure.
  public let rank: Int

  /// FLOPs: what a design's cost curve counts, the first of all.
  public static let flops = Measure("flops", rank: 0)

  /// A measure.
  public init(_ key: String, rank: Int) {
    self.key = key
    self.rank = rank
  }

  public static func == (a: Measure, b: Measure) -> Bool { a.rank == b.rank }
  public static func < (a: Measure, b: Measure) -> Bool { a.rank < b.rank }
  public func hash(into hasher: inout Hasher) { hasher.combine(rank) }
}

/// How much of a measure.
public enum Amount: Sendable, Equatable {
  /// A whole number, compared exactly.
  case count(Int128)
  /// Any other number, in the measure's base unit.
  case real(Double)

  /// The whole number; `nil` for another.
  public var count: Int128? {
    if case .count(let count) = self { count } else { nil }
  }

  /// The nearest double.
  public var double: Double {
    switch self {
    case .count(let count): Double(count)
    case .real(let value): value
    }
  }

  /// Whether it is no more than another: exact for two counts.
  func isWithin(_ limit: Amount) -> Bool {
    if case (.count(let mine), .count(let most)) = (self, limit) { return mine <= most }
    return double <= limit.double
  }
}

extension Amount: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Double) { self = .real(value) }
}
