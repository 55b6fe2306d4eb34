import BudgetSearch
import SourceText

/// What a measure counts in: how policies write it, how reports do, and the end of its key in JSON.
package enum MeasureUnit: CaseIterable, Sendable {
  case flop, seconds, bytes, joules, tokens
  /// The user's currency.
  case money

  /// What JSON puts behind a measure's key.
  var jsonSuffix: String {
    switch self {
    case .flop, .money: ""
    case .seconds: "_seconds"
    case .bytes: "_bytes"
    case .joules: "_joules"
    case .tokens: "_tokens"
    }
  }

  /// A limit of a policy.
  func limit(_ field: Field) -> Amount? {
    switch self {
    case .flop: Self.flops(field).map { .count($0) }
    case .seconds: field.positive(Units.time).map { .real($0) }
    case .bytes: field.positive(Units.memory).map { .real($0) }
    case .joules: field.positive(Units.energy).map { .real($0) }
    case .tokens: field.integer(in: 1...Int.max / 2).map { .real(Double($0)) }
    case .money: field.number(.within(0...1e15)).map { .real($0) }
    }
  }

  private static func flops(_ field: Field) -> Int128? {
    guard let quantity = field.quantity(Units.compute, insteadOf: Units.all) else { return nil }
    // FLOPs are whole, so a fraction above the last whole one allows nothing more.
    let value = quantity.roundedDownInBaseUnit
    if let value, value > 0 { return value }
    if value != nil || quantity.decimal.isBelowZero {
      field.report(
        .outOfRange, "\(field.name) must be at least 1 FLOP, found \(field.node.summary)")
    } else {
      field.report(.outOfRange, "\(field.name) is too large: it must fit 127 bits in FLOP")
    }
    return nil
  }

  /// An amount with its unit, to four digits.
  package func text(_ amount: Amount) -> String {
    let value = amount.double
    return switch self {
    case .flop:
      value < 1e36 ? flopsText(amount.count ?? Int128(value)) : significant(value) + " FLOP"
    case .seconds: secondsText(value)
    case .bytes: value < 1e36 ? bytesText(Int128(value)) : significant(value) + " B"
    case .joules: significant(value) + " J"
    case .tokens:
      value == 1
        ? "1 token" : (value < 1e36 ? grouped(Int128(value)) : significant(value)) + " tokens"
    case .money: significant(value)
    }
  }

  /// An amount with its unit that is no less than it, to five digits, as a policy takes it.
  package func text(roundedUp amount: Amount) -> String {
    let value = amount.double
    let whole = value < 1e36 ? "\(Int128(value.rounded(.up)))" : significant(value, 17)
    return switch self {
    case .flop:
      value < 1e36
        ? flopsRoundedUp(amount.count ?? Int128(value.rounded(.up)))
        : significant(value, 17) + " FLOP"
    case .seconds: roundedUp(value * 1e3, 5) + " ms"
    case .bytes: whole + " B"
    case .joules: roundedUp(value, 5) + " J"
    case .tokens: whole
    case .money: roundedUp(value, 5)
    }
  }
}

/// A positive number to some digits, no less than it.
private func roundedUp(_ value: Double, _ digits: Int) -> String {
  String(roundedDown(-value, digits).drop { $0 == "-" })
}
