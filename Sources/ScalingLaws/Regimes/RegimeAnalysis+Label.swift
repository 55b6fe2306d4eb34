import RealModule

extension RegimeAnalysis {
  /// What slope, break and n_balance say together.
  ///
  /// Where the elasticity falls the label is ``RegimeLabel/slowing``: that there is a bound needs a
  /// test of its own.
  ///
  /// - Parameters:
  ///   - found: The lines through what the elasticity is of; `nil` where there are none.
  ///   - raw: The lines through ln S. A series is flat only where neither they nor `found` show a
  ///     slope or a break.
  static func label(
    _ found: Lines?, raw: Lines, _ balance: BalanceEstimate?
  ) -> (label: RegimeLabel, evidence: Evidence) {
    if raw.isConstant { return (.flat, .constantExactly) }
    guard raw.slope != nil, raw.breakTest != nil else { return (.undetermined, .tooFewPoints) }
    guard let found, let slope = found.slope, let breakTest = found.breakTest else {
      return raw.rejectsConstant ? (.undetermined, .noSkill) : (.flat, .noSlope)
    }
    if breakTest.isSignificant {
      let signs = slopeSigns(breakTest, found.design, count: found.y.count)
      if breakTest.slopeAfter < breakTest.slopeBefore {
        // Growth that slows down, not a score that turns or has only fallen.
        if signs.before > 0 {
          return signs.after < 0 ? (.undetermined, .turns) : (.slowing, .falls)
        }
        return (.undetermined, .declines)
      }
      if signs.before < 0 { return (.undetermined, signs.after > 0 ? .turns : .declines) }
      guard signs.after > 0 else { return (.undetermined, .declines) }
      return exceedsDoubling(breakTest, found.design, found.y)
        ? (.accelerating, .growsFaster) : (.transition, .growsAsThePaperHasIt)
    }
    // A transition far from all measurements is none that they have seen.
    let seen = found.design.first...(found.design.first + found.design.width)
    if let balance, balance.isIdentified, balance.interval.hull?.overlaps(seen) ?? false {
      return (.transition, .balanceIdentified)
    }
    return slope.pValue < level || raw.rejectsConstant
      ? (.undetermined, .noBreak) : (.flat, .noSlope)
  }

  /// The signs of both slopes by t tests at 5%, given the break; 0 where a slope could be none.
  static func slopeSigns(
    _ test: BreakTest, _ design: Design, count: Int
  ) -> (before: Int, after: Int) {
    var normal = SymmetricMatrix(size: 3)
    for (x, weight) in zip(design.logTokens, design.weights) {
      let row = [1, min(x - test.logTokens, 0), max(x - test.logTokens, 0)]
      for i in 0..<3 { for j in 0...i { normal[i, j] += weight * row[i] * row[j] } }
    }
    let freedom = Double(count - 4)
    guard let inverse = normal.inverse() else { return (0, 0) }
    let critical = StudentT(freedom: freedom).critical(twoSided: level)
    func sign(_ slope: Double, _ index: Int) -> Int {
      let deviation = (test.rss / freedom * inverse[index, index]).squareRoot()
      return slope.magnitude <= critical * deviation ? 0 : slope > 0 ? 1 : -1
    }
    return (sign(test.slopeBefore, 1), sign(test.slopeAfter, 2))
  }

  /// Whether the slope after the break is significantly more than twice that before it, given the
  /// break: the paper's elasticity doubles at most.
  private static func exceedsDoubling(
    _ test: BreakTest, _ design: Design, _ y: [Double]
  ) -> Bool {
    guard test.slopeAfter > 2 * test.slopeBefore else { return false }
    let freedom = Double(y.count - 4)
    guard test.rss > 0 else { return true }
    // Under after = 2 · before the two lines are one column: x − ψ, counted twice behind ψ.
    let bent = design.logTokens.map { $0 - test.logTokens + max(0, $0 - test.logTokens) }
    let doubled = StraightLine(x: bent, y: y, weights: design.weights)
    let statistic = (doubled.rss - test.rss) / (test.rss / freedom)
    return FDistribution(numerator: 1, denominator: freedom).survival(max(0, statistic)) / 2
      < level
  }
}
