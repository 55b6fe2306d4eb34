import LongWork
import RealModule

extension BrokenPowerLaw: FittableLaw {
  static func fitter(on design: Design, _ scale: ResidualScale) -> any LawFitter {
    switch scale {
    case .logScore: LogBreakFitter(design: design)
    case .score: ScoreBreakFitter(on: design)
    }
  }

  static func limits(on design: Design) -> [any ParametricLaw.Type] {
    [PowerLaw.self, ConstantLaw.self]
  }

  /// What a fit has found; `nil` where a parameter leaves what a double can hold.
  fileprivate static func raw(
    c: Double, before: Double, after: Double, psi: Double, rss: Double
  ) -> RawFit? {
    let held = min(1e300, max(1e-300, c))
    let values = [held, before, after, Double.exp(psi)]
    guard (try? BrokenPowerLaw(values: values)) != nil, rss.isFinite else { return nil }
    return RawFit(
      values: values, rss: rss, theta: Coordinates(psi, 0, 0, 0),
      isAtBound: before == 0 || after == 0, isHeld: held != c)
  }
}

/// Fits two power laws that meet by their logarithms: in ln S the best break has a closed form, with
/// slopes of any sign (``HingeProfile``) and with slopes of one (``OneSidedBreak``).
private struct LogBreakFitter: LawFitter {
  let design: Design

  mutating func fit(_ y: [Double]) -> RawFit? {
    guard let profile = HingeProfile(x: design.logTokens, y: y, weights: design.weights) else {
      return nil
    }
    let free = profile.best()
    let lines = profile.lines(at: free.psi)
    if lines.before * lines.after >= 0 {
      return BrokenPowerLaw.raw(
        c: Double.exp(lines.atBreak), before: lines.before, after: lines.after, psi: free.psi,
        rss: lines.rss)
    }
    let best = OneSidedBreak(design, y, profile).best()
    return BrokenPowerLaw.raw(
      c: Double.exp(best.atBreak), before: best.before, after: best.after, psi: best.psi,
      rss: best.rss)
  }

  mutating func fit(_ y: [Double], without index: Int) -> RawFit? {
    BrokenPowerLaw.fitAnew(y, without: index, on: design, .logScore)
  }
}

/// Fits two power laws that meet in the score itself: a grid of breaks and of both slopes, and from its
/// valleys to the bottom, from one token count to the next as long as that is lower.
///
/// Coordinates are the break as a share of the range of ln n and the slopes times that range.
private struct ScoreBreakFitter: LawFitter {
  private let design: Design
  private var weights: [Double]
  private var grids: [SeparableSolver] = []
  private let outline: Design.Outline?
  /// What was fitted last, and its lowest valleys.
  private var last: (y: [Double], ends: [(theta: Coordinates, direction: Double)])?

  /// Rising and falling.
  private static var directions: [Double] { [1, -1] }

  /// Slopes from level to one that goes from 0 to 1 between the two nearest token counts.
  private static func slopes(_ design: Design) -> [Double] {
    let gap = zip(design.knots.dropFirst(), design.knots).map { $0 - $1 }.min() ?? 1
    let steepest = max(700, 40 * design.width / gap)
    var slopes = [0, 0.6, 1.6, 4, 9, 20, 60, 200]
    while let last = slopes.last, last * 3.5 < steepest { slopes.append(last * 3.5) }
    return slopes + [steepest]
  }

  init(on design: Design) {
    self.design = design
    weights = design.weights
    outline = Design.Outline(of: design)
    guard design.knots.count >= 4, outline == nil else { return }
    grids = Self.directions.map { direction in
      SeparableSolver(
        Self.problem(on: design, direction, between: 0, and: 1), weights: design.weights)
    }
  }

  mutating func fit(_ y: [Double]) -> RawFit? { search(y, .full) }

  mutating func draw(_ y: [Double]) -> RawFit? { search(y, .brief) }

  mutating func fit(_ y: [Double], without index: Int) -> RawFit? {
    guard outline == nil else {
      return BrokenPowerLaw.fitAnew(y, without: index, on: design, .score)
    }
    if last?.y != y { _ = fit(y) }
    let before = weights
    weights[index] = 0
    defer { weights = before }
    let inner = innerPlaces
    guard inner.count >= 2 else { return nil }
    // Valleys without one observation are those with it, and what two lines in ln S say.
    var ends = last?.ends ?? []
    for direction in Self.directions {
      if let line = linesInLogs(y, inner, direction).first { ends.append((line, direction)) }
    }
    return lowest(of: ends, inner, y, SeparableSolver.Effort.brief.tolerance).first
      .flatMap { raw($0.fit, $0.direction) }
  }

  /// The distinct token counts that count, without the least and the most, as shares of the range.
  private var innerPlaces: [Double] {
    var knots: [Double] = []
    for i in design.span.indices.sorted(by: { (design.span[$0], $0) < (design.span[$1], $1) })
    where weights[i] > 0 && knots.last != design.span[i] { knots.append(design.span[i]) }
    return Array(knots.dropFirst().dropLast())
  }

  private mutating func search(_ y: [Double], _ effort: SeparableSolver.Effort) -> RawFit? {
    let inner = innerPlaces
    guard inner.count >= 2 else { return nil }
    let count = effort == .full ? 12 : 2
    var starts: [(theta: Coordinates, direction: Double)] = []
    for (index, direction) in Self.directions.enumerated() {
      let valleys: [SeparableSolver.Valley]
      if let outline {
        // The break is looked for on some hundred points.
        var rough = SeparableSolver(
          Self.problem(on: outline.design, direction, between: 0, and: 1),
          weights: outline.design.weights)
        valleys = rough.valleys(outline.means(of: y))
      } else {
        grids[index].weights = weights
        valleys = grids[index].valleys(y)
      }
      let lines = linesInLogs(y, inner, direction).prefix(count)
      // Level curves lead nowhere in this direction; one of them says so.
      var isLevel = false
      for theta in valleys.prefix(count).map(\.theta) + lines {
        if theta[1] == 0, theta[2] == 0 {
          if isLevel { continue }
          isLevel = true
        }
        starts.append((theta, direction))
      }
    }
    let ends = lowest(of: starts, inner, y, effort.tolerance)
    last = (y, ends.prefix(3).map { ($0.fit.theta, $0.direction) })
    return ends.first.flatMap { raw($0.fit, $0.direction) }
  }

  /// Where starts lead, the lowest first.
  private func lowest(
    of starts: [(theta: Coordinates, direction: Double)], _ inner: [Double], _ y: [Double],
    _ tolerance: Double
  ) -> [(fit: SeparableFit, direction: Double)] {
    let ends = starts.map {
      (fit: follow($0.theta, inner, $0.direction, y, tolerance), direction: $0.direction)
    }
    return ends.indices.sorted { (ends[$0].fit.rss, $0) < (ends[$1].fit.rss, $1) }
      .map { ends[$0] }
  }

  private func raw(_ fit: SeparableFit, _ direction: Double) -> RawFit? {
    let psi = fit.theta[0]
    let (before, after) = (direction * fit.theta[1], direction * fit.theta[2])
    // The curve is 1 at its highest end.
    let top = direction > 0 ? after * (1 - psi) : -before * psi
    return BrokenPowerLaw.raw(
      c: fit.linear[1] * Double.exp(-top), before: before / design.width,
      after: after / design.width, psi: design.first + psi * design.width, rss: fit.rss)
  }

  /// Two lines through ln S for each place of a break, with the weights S² that make residuals in ln S
  /// nearly those in S, the best first.
  private func linesInLogs(
    _ y: [Double], _ inner: [Double], _ direction: Double
  ) -> [Coordinates] {
    let top = y.reduce(0) { max($0, $1.magnitude) }
    let used = y.indices.filter { y[$0] > 0 && weights[$0] > 0 }
    let logs = used.map { Double.log(y[$0] / top) }
    let heavy = used.map { weights[$0] * (y[$0] / top) * (y[$0] / top) }
    let steepest = Self.slopes(design).last ?? 0
    // The best between any two token counts.
    var found: [(rss: Double, theta: Coordinates)] = []
    var place = -1
    var pace = Pace()
    for psi in Self.breaks(inner) {
      guard pace.goesOn(after: used.count) else { return [] }
      let own = min(inner.lastIndex { $0 <= psi } ?? 0, inner.count - 2)
      if own != place { found.append((.infinity, .zero)) }
      place = own
      let rows = used.map { [1, min(design.span[$0] - psi, 0), max(design.span[$0] - psi, 0)] }
      // Both slopes, or where one goes the wrong way the other alone.
      for columns in [[0, 1, 2], [0, 1], [0, 2]] where pace.goesOn(after: used.count) {
        var normal = SymmetricMatrix(size: columns.count)
        var right = columns.map { _ in 0.0 }
        for (row, (log, weight)) in zip(rows, zip(logs, heavy)) {
          for (i, a) in columns.enumerated() {
            right[i] += weight * row[a] * log
            for j in 0...i { normal[i, j] += weight * row[a] * row[columns[j]] }
          }
        }
        guard let inverse = normal.inverse() else { continue }
        var values = [0.0, 0, 0]
        for (i, a) in columns.enumerated() {
          values[a] = columns.indices.reduce(0) { $0 + inverse[i, $1] * right[$1] }
        }
        let isAllowed = direction * values[1] >= 0 && direction * values[2] >= 0
        guard isAllowed || columns.count == 2 else { continue }
        let slopes = [1, 2].map { min(steepest, max(0, direction * values[$0])) }
        var rss = 0.0
        for (row, (log, weight)) in zip(rows, zip(logs, heavy)) {
          let r = log - values[0] - direction * (slopes[0] * row[1] + slopes[1] * row[2])
          rss += weight * r * r
        }
        if rss < found[found.count - 1].rss {
          found[found.count - 1] = (rss, Coordinates(psi, slopes[0], slopes[1], 0))
        }
        if isAllowed, columns.count == 3 { break }
      }
    }
    return found.indices.filter { found[$0].rss < .infinity }
      .sorted { (found[$0].rss, $0) < (found[$1].rss, $1) }.map { found[$0].theta }
  }

  /// The lowest place between neighbouring token counts, then between the next ones.
  private func follow(
    _ start: Coordinates, _ inner: [Double], _ direction: Double, _ y: [Double],
    _ tolerance: Double
  ) -> SeparableFit {
    var place = max(0, (inner.firstIndex { $0 > start[0] } ?? inner.count - 1) - 1)
    var best: SeparableFit?
    var theta = start
    while place + 1 < inner.count || inner.count == 1 {
      let (low, high) = (inner[place], inner[min(place + 1, inner.count - 1)])
      theta[0] = min(high, max(low, theta[0]))
      var solver = SeparableSolver(
        Self.problem(on: design, direction, between: low, and: high), weights: weights)
      let fit = solver.best(from: [theta], y, tolerance: tolerance)
      if let known = best, fit.rss >= known.rss { return known }
      best = fit
      theta = fit.theta
      if theta[0] >= high, place + 2 < inner.count {
        place += 1
      } else if theta[0] <= low, place > 0 {
        place -= 1
      } else {
        return fit
      }
    }
    var solver = SeparableSolver(
      Self.problem(on: design, direction, between: 0, and: 1), weights: weights)
    return best ?? solver.best(from: [theta], y)
  }

  /// The curve with a break in a range, 1 at its highest end. Between neighbouring token counts it is
  /// smooth in all coordinates.
  private static func problem(
    on design: Design, _ direction: Double, between low: Double, and high: Double
  ) -> SeparableProblem {
    let (span, count) = (design.span, design.span.count)
    let end = direction > 0 ? 1.0 : 0
    let isWhole = low == 0 && high == 1
    let steepest = slopes(design).last ?? 0
    return SeparableProblem(
      linear: .scale(base: 0), bounds: [low...high, 0...steepest, 0...steepest],
      rows: isWhole ? rows(design) : [[Coordinates(low, 0, 0, 0)]], along: 2
    ) { theta, curve in
      func part(_ s: Double) -> (before: Double, after: Double, psi: Double) {
        // Up to the range's lower end a measurement is before the break, wherever that is.
        let isBefore = isWhole ? s < theta[0] : s <= low
        let distance = direction * (s - theta[0])
        return isBefore
          ? (distance, 0, -direction * theta[1]) : (0, distance, -direction * theta[2])
      }
      let top = part(end)
      for i in 0..<count {
        let own = part(span[i])
        let (before, after) = (own.before - top.before, own.after - top.after)
        let value = Double.exp(theta[1] * before + theta[2] * after)
        curve[i] = value
        curve[count + i] = value * (own.psi - top.psi)
        curve[2 * count + i] = value * before
        curve[3 * count + i] = value * after
      }
    }
  }

  /// The most places that are tried for a break before the best are followed.
  private static var mostBreaks: Int { 40 }

  /// A row for each break and slope before it, there and back again, so that neighbouring rows are
  /// alike.
  private static func rows(_ design: Design) -> [[Coordinates]] {
    let inner = design.knots.dropFirst().dropLast().map { ($0 - design.first) / design.width }
    let slopes = slopes(design)
    return breaks(inner).enumerated().flatMap { index, psi in
      (index % 2 == 0 ? slopes : slopes.reversed()).map { before in
        slopes.map { Coordinates(psi, before, $0, 0) }
      }
    }
  }

  /// Places for a break: some between any two token counts, or some of them where there are many.
  private static func breaks(_ inner: [Double]) -> [Double] {
    var places: [Double] = []
    let steps = inner.count < 12 ? 3 : 1
    for (low, high) in zip(inner, inner.dropFirst()) {
      for step in 0..<steps { places.append(low + (high - low) * Double(step) / Double(steps)) }
    }
    places.append(inner[inner.count - 1])
    guard places.count > mostBreaks else { return places }
    return (0...mostBreaks).map { places[$0 * (places.count - 1) / mostBreaks] }
  }
}
