import BudgetSearch

/// All that there is to know of a measure: documents, limits, objectives, reports, JSON and the command line
/// follow from it.
package struct MeasureRow: Sendable {
  /// What must be known for a measure to be.
  package enum Need: Sendable {
    /// A rate of the accelerator for the weights' type.
    case accelerator
    /// The accelerator's power.
    case power
    /// A second output token.
    case furtherTokens
    /// What is paid, and seconds where some of it is by the hour.
    case prices
  }

  /// As documents spell it: a limit is `max_` with it, the key in JSON it with its unit.
  let key: String
  /// In a sentence.
  let words: String
  /// What it counts in.
  let unit: MeasureUnit
  /// What must be known besides a model's architecture.
  package let needs: [Need]
  /// The amount of a workload at so many tokens an image; `nil` for what the design's own cost curve counts,
  /// which needs no architecture.
  let amount: (@Sendable (ServedRequest, Int) -> Double)?

  init(
    _ key: String, _ words: String, _ unit: MeasureUnit, needs: Need...,
    amount: (@Sendable (ServedRequest, Int) -> Double)?
  ) {
    self.key = key
    self.words = words
    self.unit = unit
    self.needs = needs
    self.amount = amount
  }
}

extension Measure {
  /// All measures, in order.
  public static let all = MeasureRow.all.enumerated().map { Measure($1.key, rank: $0) }

  /// All but FLOPs, which reports have fields of their own for.
  public static let besideFLOPs = all.filter { $0 != .flops }

  /// The measure of a key; `nil` where none has it.
  public init?(named key: String) {
    guard let measure = Self.all.first(where: { $0.key == key }) else { return nil }
    self = measure
  }

  static func listed(_ key: String) -> Measure {
    guard let measure = Measure(named: key) else { preconditionFailure("no measure is \(key)") }
    return measure
  }

  package var row: MeasureRow {
    precondition(Self.all.contains { $0.rank == rank && $0.key == key }, "no measure is \(key)")
    return MeasureRow.all[rank]
  }

  /// The measure in a sentence.
  public var words: String { row.words }

  /// The key of an amount in JSON, with its unit where it has one.
  public var jsonKey: String { key + unit.jsonSuffix }

  /// What it counts in.
  package var unit: MeasureUnit { row.unit }

  /// Whether it comes from how a model is served, and not from the count of FLOPs.
  package var isServed: Bool { row.amount != nil }
}
