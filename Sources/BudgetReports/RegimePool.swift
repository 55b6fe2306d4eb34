import BudgetDocuments
import ScalingLaws
import TokenBudget

/// Several series of one model, and the n_balance that they share.
struct RegimePool {
  private let names: [String]
  /// `nil` where no series is long enough.
  private let balance: PooledBalance?

  /// A mean correlation from which shared noise is worth a remark.
  private static let materialCorrelation = 0.1

  init(_ entries: [RegimeReport.Entry]) {
    names = entries.map(\.name)
    balance = PooledBalance(of: entries.map(\.analysis))
  }

  var json: JSONValue {
    .object([
      "series": .integer(names.count),
      "left_out": .strings(leftOut),
      "n_balance": .optional(balance) { balance in
        .object([
          "estimate": .optional(balance.estimate) { .number($0) },
          "interval": .list(balance.interval.tokens) { .pair($0) },
          "identified": .bool(balance.isIdentified),
          "power_statistic": .number(balance.powerStatistic),
          "critical": .number(balance.critical),
          "residual_correlation": .optional(balance.meanCorrelation) { .number($0) },
          "pairs": .integer(balance.pairCount),
          "inflation": .number(balance.inflation),
          "effective_series": .number(balance.effectiveCount),
          "members": .list(Array(zip(names, balance.members))) { name, member in
            .object([
              "name": .string(name),
              "beta": .optional(member) { .number($0.beta) },
              "residual_sd": .optional(member) { .number($0.deviation) },
              "share": .optional(member) { .number($0.share) },
            ])
          },
        ])
      },
    ])
  }

  private var leftOut: [String] {
    zip(names, balance?.members ?? names.map { _ in nil }).filter { $1 == nil }.map { $0.0 }
  }

  var text: String {
    var lines = TextReport()
    let used = names.count - leftOut.count
    lines.row(
      "Pool",
      "one n_balance for \(grouped(used)) series"
        + (leftOut.isEmpty
          ? ""
          : "; too short to tell their noise, and left out: \(leftOut.joined(separator: ", "))"))
    guard let balance else {
      lines.row("n_balance", "not identified: no series has 5 measurements at 4 token counts")
      return lines.text
    }
    lines.row("n_balance", balanceText(balance))
    if let correlation = balance.meanCorrelation {
      lines.row("Residuals", residualsText(balance, correlation))
    }
    return lines.text
  }

  private func balanceText(_ balance: PooledBalance) -> String {
    let power =
      "likelihood ratio of power laws \(significant(balance.powerStatistic, 3)), "
      + "\(significant(balance.critical, 3)) rejects them"
    if balance.isIdentified {
      return "\(significant(balance.best, 3)), 95% set \(balance.interval.text); \(power)"
    }
    return "not identified: 95% set \(balance.interval.text)"
      + (balance.estimate == nil ? ", power laws are not rejected" : ", in pieces") + "; \(power)"
  }

  private func residualsText(_ balance: PooledBalance, _ correlation: Double) -> String {
    let pairs =
      "\(grouped(balance.pairCount)) \(balance.pairCount == 1 ? "pair" : "pairs") of series"
    let text = "correlated by \(fixed(correlation, 2)) on average over \(pairs)"
    guard balance.inflation > 1 else { return text + ": no evidence of shared noise" }
    return text + ": "
      + (correlation >= Self.materialCorrelation
        ? "benchmarks share noise, and count"
        : "they count")
      + " as \(fixed(balance.effectiveCount, 1)) independent ones of equal weight; "
      + "the set is widened for that"
  }
}
