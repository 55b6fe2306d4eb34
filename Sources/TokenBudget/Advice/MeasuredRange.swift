import BudgetDocuments

/// The token counts on which the scores of a question were measured, and the candidates beyond them.
public struct MeasuredRange: Sendable, Equatable {
  /// Candidates of a design that lie outside and were left out.
  public struct LeftOut: Sendable, Equatable {
    /// How many lie below.
    public let below: Int
    /// How many lie above.
    public let above: Int
    /// The largest of those below.
    public let nextBelow: Int?
    /// The smallest of those above.
    public let nextAbove: Int?
  }

  /// The token counts between which all profiles of the question have scores.
  public let tokens: ClosedRange<Double>
  /// By which factor candidates may lie outside, on either side; at least 1.
  public let beyond: Double
  /// What was left out of each design, in the order of the question.
  public let leftOut: [LeftOut]

  /// The token counts that candidates may have.
  var allowed: ClosedRange<Double> {
    tokens.lowerBound / beyond...tokens.upperBound * beyond
  }
}

/// A recommendation that is the last one before candidates that were left out: what lies beyond may be better.
public struct MeasuredEdge: Sendable, Equatable {
  /// Which end of what was measured.
  public enum Side: String, Sendable {
    /// Fewer tokens were left out.
    case below
    /// More tokens were left out.
    case above
  }

  /// Which end of what was measured.
  public let side: Side
  /// The nearest candidate that was left out: what a measurement would say most about.
  public let next: Int
}
