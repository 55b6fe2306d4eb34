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

  /// Memory moved in a second. Base unit: byte per second.
  static let bandwidth = UnitTable(
    dimension: "a bandwidth", example: "3.35 TB/s",
    units: [
      UnitTable.Unit("GB/s", powerOfTen: 9), UnitTable.Unit("TB/s", powerOfTen: 12),
      UnitTable.Unit("GiB/s", multiplier: 1 << 30),
    ])

  /// Operations in a second; data sheets write OP for integers. Base unit: operation per second.
  static let rate = UnitTable(
    dimension: "a rate of operations", example: "989.4 TFLOP/s",
    units: ["FLOP/s", "OP/s"].flatMap { name in
      zip(["G", "T", "P"], [9, 12, 15]).map { UnitTable.Unit($0 + name, powerOfTen: $1) }
    })

  /// Power. Base unit: watt.
  static let power = UnitTable(
    dimension: "a power", example: "700 W",
    units: [UnitTable.Unit("W"), UnitTable.Unit("kW", powerOfTen: 3)])

  /// Energy. Base unit: joule.
  static let energy = UnitTable(
    dimension: "energy", example: "500 J",
    units: [
      UnitTable.Unit("J"), UnitTable.Unit("kJ", powerOfTen: 3),
      UnitTable.Unit("Wh", multiplier: 3600),
    ])

  /// Parts of a whole. Base unit: the whole.
  static let share = UnitTable(
    dimension: "a share", example: "95%", units: [UnitTable.Unit("%", powerOfTen: -2)])

  /// Multiples. Base unit: once.
  static let factor = UnitTable(
    dimension: "a factor", example: "4x", units: [UnitTable.Unit("x")])

  static let all = [compute, score, time, memory, bandwidth, rate, power, energy, share, factor]
}

/// What a metric counts in.
public enum ScoreUnit: String, Sendable, CaseIterable {
  /// Hundredths, usually of questions answered right.
  case percent
  /// The metric's own points.
  case points
}

extension Quantity {
  /// The quantity in the dimension's base unit, as a double.
  var inBaseUnit: Double {
    // One rounding of the decimal, one of each factor: far below any data sheet's digits.
    var value = decimal.double * Double(unit.multiplier)
    for _ in 0..<unit.powerOfTen.magnitude {
      value = unit.powerOfTen < 0 ? value / 10 : value * 10
    }
    return value
  }
}

extension Field {
  /// A quantity above 0 in its base unit.
  func positive(_ table: UnitTable) -> Double? {
    guard let quantity = quantity(table, insteadOf: Units.all) else { return nil }
    let value = quantity.inBaseUnit
    guard value > 0, value.isFinite else {
      report(.outOfRange, "\(name) must be greater than 0, found \(node.summary)")
      return nil
    }
    guard NumberDomain.amount.contains(value) else {
      report(
        .outOfRange,
        "\(name) is \(value < 1 ? "smaller" : "larger") than anything that is computed with, found "
          + node.summary)
      return nil
    }
    return value
  }
}
