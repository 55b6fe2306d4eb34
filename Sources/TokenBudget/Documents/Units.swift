import SourceText

/// The units that documents use.
enum Units {
  /// Counts of operations; one multiply–accumulate is two FLOP. Base unit: FLOP.
  static let compute = UnitTable(
    dimension: "a count of operations", example: "5 TFLOP",
    units: [("FLOP", 1), ("MAC", 2)].flatMap { name, operations in
      zip(["", "k", "M", "G", "T", "P", "E"], stride(from: 0, through: 18, by: 3)).map {
        UnitTable.Unit($0 + name, multiplier: Int128(operations), powerOfTen: $1)
      }
    })

  /// Scores. Each metric has one of these units, and they do not convert.
  static let score = UnitTable(
    dimension: "a score", example: "45 percent",
    units: ScoreUnit.allCases.map { UnitTable.Unit($0.rawValue) })

  /// Durations. Base unit: second.
  static let time = UnitTable(
    dimension: "time", example: "250 ms",
    units: [UnitTable.Unit("ms", powerOfTen: -3), UnitTable.Unit("s")])

  /// Memory. GB is 10⁹ bytes, GiB is 2³⁰. Base unit: byte.
  static let memory = UnitTable(
    dimension: "memory", example: "24 GiB",
    units: [
      UnitTable.Unit("B"), UnitTable.Unit("MB", powerOfTen: 6), UnitTable.Unit("GB", powerOfTen: 9),
      UnitTable.Unit("MiB", multiplier: 1 << 20), UnitTable.Unit("GiB", multiplier: 1 << 30),
    ])

  static let all = [compute, score, time, memory]
}

/// What a metric counts in.
public enum ScoreUnit: String, Sendable, CaseIterable {
  /// Hundredths, usually of questions answered right.
  case percent
  /// The metric's own points.
  case points
}
