import BudgetDocuments
import ComputeCosts
import TokenBudget

extension Convention {
  /// How FLOPs are counted, in a sentence that stands in every report.
  public var sentence: String {
    var parts = [
      unit == .flop
        ? "2 FLOP per multiply-accumulate" : "MACs: 1 operation per multiply-accumulate",
      "matrix products, convolutions and attention products only",
    ]
    parts.append(
      mlpMatrices.map { "\($0) matrices of a gated MLP" } ?? "every matrix of an MLP")
    parts.append(
      attention == .full
        ? "attention over the full rectangle, masks do not reduce it"
        : "attention over the pairs that the causal mask leaves")
    parts.append(
      head == .last ? "output head at the last position" : "output head at every position")
    parts.append(
      "padding tiles \(padding == .counted ? "counted" : "left out"), unused encoder layers "
        + (unusedLayers == .counted ? "counted" : "left out"))
    return parts.joined(separator: "; ")
  }
}
