import RealModule

/// A set of token counts that the data do not reject: an interval, several, or none.
public struct ConfidenceSet: Sendable, Equatable {
  /// The pieces in ln n, increasing; ends may be infinite, for 0 and ∞ tokens.
  public let logTokens: [ClosedRange<Double>]
  /// Whether the first piece has no end below: the data do not say where it begins.
  public private(set) var isOpenBelow: Bool
  /// Whether the last piece has no end above.
  public private(set) var isOpenAbove: Bool

  init(logTokens: [ClosedRange<Double>]) {
    self.logTokens = logTokens
    isOpenBelow = logTokens.first?.lowerBound == -.infinity
    isOpenAbove = logTokens.last?.upperBound == .infinity
  }

  /// The same set, open where it reaches the ends of what was looked at.
  func marked(openWithin ends: ClosedRange<Double>) -> ConfidenceSet {
    var set = self
    set.isOpenBelow = logTokens.first.map { $0.lowerBound <= ends.lowerBound } ?? false
    set.isOpenAbove = logTokens.last.map { $0.upperBound >= ends.upperBound } ?? false
    return set
  }

  /// The pieces in tokens.
  public var tokens: [ClosedRange<Double>] {
    logTokens.map { Double.exp($0.lowerBound)...Double.exp($0.upperBound) }
  }

  /// The lowest and the highest ln n of the set.
  public var hull: ClosedRange<Double>? {
    guard let first = logTokens.first, let last = logTokens.last else { return nil }
    return first.lowerBound...last.upperBound
  }

  /// Whether the set holds a token count.
  public func contains(_ tokens: Double) -> Bool {
    let x = Double.log(tokens)
    return logTokens.contains { $0.contains(x) }
  }
}
