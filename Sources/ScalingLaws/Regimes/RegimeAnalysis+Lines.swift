import RealModule

extension RegimeAnalysis {
  /// One straight line and two that meet, through y over ln n.
  struct Lines {
    /// Token counts and weights.
    let design: Design
    /// ln S, or ln of skill on the tangent of its fit.
    let y: [Double]
    /// Whether y is the same everywhere, to rounding.
    let isConstant: Bool
    /// The slope of the straight line.
    private(set) var slope: Slope?
    /// Whether two lines are better.
    let breakTest: BreakTest?
    /// The residual sums of squares in ln S: of the one line, and of the two.
    private(set) var rss: (line: Double, broken: Double)

    /// The lines through ln S.
    init(design: Design, y: [Double]) {
      self.init(design: design, y: y, tested: nil)
    }

    /// The lines through ln of skill above chance.
    ///
    /// One line and two are fitted to the scores themselves, and compared there. The slope is read on
    /// the tangent of the one line; what the break is like, on that of the two lines where they are
    /// significantly better and have an optimum, and on that of the one line else.
    ///
    /// - Returns: `nil` where no line can be fitted.
    init?(design: Design, logScores: [Double], chance: Double) {
      guard let skill = SkillFit(design: design, logScores: logScores, chance: chance),
        let line = skill.line()
      else { return nil }
      let straight = skill.tangent(at: line)
      let one = Lines(design: straight.design, y: straight.y)
      guard let breakTest = one.breakTest, line.rss > 0,
        let two = skill.twoLines(from: line)
      else {
        self = one
        return
      }
      let compared = BreakTest.Comparison(
        curveLength: breakTest.curveLength, rest: min(1, two.rss / line.rss))
      var onLine = Lines(design: straight.design, y: straight.y, tested: compared)
      onLine.rss = (line.rss, two.rss)
      guard onLine.breakTest?.isSignificant ?? false, skill.isDetermined(two) else {
        self = onLine
        return
      }
      let bent = skill.tangent(at: two)
      var broken = Lines(design: bent.design, y: bent.y, tested: compared)
      broken.slope = one.slope
      broken.rss = onLine.rss
      self = broken
    }

    private init(design: Design, y: [Double], tested: BreakTest.Comparison?) {
      self.design = design
      self.y = y
      let line = StraightLine(x: design.logTokens, y: y, weights: design.weights)
      var squares = 0.0
      for i in y.indices {
        squares += design.weights[i] * (y[i] - line.meanY) * (y[i] - line.meanY)
      }
      let rounding = ResidualScale.logScore.roundingRSS(y)
      let isExactlyStraight = line.rss <= rounding
      isConstant = squares <= rounding && y.count >= 2
      slope = Slope(line, count: y.count, isExact: isExactlyStraight)
      breakTest =
        y.count >= 5
        ? HingeProfile(x: design.logTokens, y: y, weights: design.weights).flatMap {
          BreakTest(
            $0, count: y.count, isExactlyStraight: isExactlyStraight, comparison: tested)
        } : nil
      rss = (line.rss, breakTest?.rss ?? line.rss)
    }

    /// Whether a slope or a break is significant.
    var rejectsConstant: Bool {
      slope.map { $0.pValue < Significance.level } ?? false || breakTest?.isSignificant ?? false
    }
  }
}
