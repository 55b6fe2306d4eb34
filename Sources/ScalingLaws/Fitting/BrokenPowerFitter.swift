import RealModule

extension BrokenPowerLaw: FittableLaw {
  static func fitter(on design: Design, _ scale: ResidualScale) -> any LawFitter {
    BrokenPowerFitter(design: design, scale: scale)
  }

  static var limits: [any ParametricLaw.Type] { [PowerLaw.self, ConstantLaw.self] }
}

/// Fits two power laws that meet.
///
/// In ln S the break has a closed form (``HingeProfile``). Where the free optimum would rise and then
/// fall, the best break of slopes with one sign is searched, and in S itself the slopes are exponents:
/// over a grid of breaks that holds every token count, and from its best place.
struct BrokenPowerFitter: LawFitter {
  let design: Design
  let scale: ResidualScale

  mutating func fit(_ y: [Double]) -> RawFit? {
    guard design.knots.count >= 4 else { return nil }
    if scale == .logScore,
      let profile = HingeProfile(x: design.logTokens, y: y, weights: design.weights)
    {
      let best = profile.best()
      let lines = profile.lines(at: best.psi)
      if lines.before * lines.after >= 0 {
        return RawFit(
          values: [
            Double.exp(lines.atBreak), lines.before, lines.after, Double.exp(best.psi),
          ], rss: lines.rss, theta: SIMD2(best.psi, 0), isAtBound: false)
      }
      return oneSigned(profile, y)
    }
    guard let outline = Design.Outline(of: design) else { return searched(y, from: nil) }
    // The break is looked for on some hundred points; slopes are then those of all.
    let rough = BrokenPowerFitter(design: outline.design, scale: scale)
      .searched(outline.means(of: y), from: nil)
    return rough.flatMap { searched(y, from: $0) }
  }

  mutating func fit(_ y: [Double], without index: Int) -> RawFit? {
    var rest = y
    rest.remove(at: index)
    var fitter = BrokenPowerFitter(design: design.without(index), scale: scale)
    return fitter.fit(rest)
  }

  /// The best break in ln S whose slopes do not have opposite signs: over the grid, then by golden
  /// sections around the best two places.
  private func oneSigned(_ profile: HingeProfile, _ y: [Double]) -> RawFit? {
    struct Candidate {
      var psi: Double
      var c: Double
      var before: Double
      var after: Double
      var rss: Double
    }
    func best(at psi: Double) -> Candidate {
      let lines = profile.lines(at: psi)
      if lines.before * lines.after >= 0 {
        return Candidate(
          psi: psi, c: lines.atBreak, before: lines.before, after: lines.after, rss: lines.rss)
      }
      let sides = [true, false].map { isBefore -> Candidate in
        let side = design.logTokens.map { isBefore ? min($0 - psi, 0) : max($0 - psi, 0) }
        let line = StraightLine(x: side, y: y, weights: design.weights)
        return Candidate(
          psi: psi, c: line.meanY - line.slope * line.meanX, before: isBefore ? line.slope : 0,
          after: isBefore ? 0 : line.slope, rss: line.rss)
      }
      return sides[1].rss < sides[0].rss ? sides[1] : sides[0]
    }
    let psis = breaks
    let grid = psis.map { best(at: $0) }
    var lowest = grid.reduce(grid[0]) { $1.rss < $0.rss ? $1 : $0 }
    let ratio = (5.0.squareRoot() - 1) / 2
    let places = grid.indices.sorted { (grid[$0].rss, $0) < (grid[$1].rss, $1) }.prefix(2)
    for place in places {
      for (low, high) in [(place - 1, place), (place, place + 1)]
      where low >= 0 && high < psis.count {
        var (low, high) = (psis[low], psis[high])
        while high - low > 1e-6 {
          let inner = [high - ratio * (high - low), low + ratio * (high - low)].map { best(at: $0) }
          for candidate in inner where candidate.rss < lowest.rss { lowest = candidate }
          if inner[0].rss <= inner[1].rss { high = inner[1].psi } else { low = inner[0].psi }
        }
      }
    }
    return raw(
      c: lowest.c, before: lowest.before, after: lowest.after, psi: lowest.psi, rss: lowest.rss)
  }

  /// Which slopes are free, and their signs.
  private enum Kind: CaseIterable {
    case onlyBefore, onlyAfter, bothRise, bothFall

    func allows(_ slope: Double, isBefore: Bool) -> Double {
      switch self {
      case .onlyBefore: isBefore ? slope : 0
      case .onlyAfter: isBefore ? 0 : slope
      case .bothRise: max(0, slope)
      case .bothFall: min(0, slope)
      }
    }
  }

  /// The best break in S itself: each place begins with the slopes that fit ln S under weights S²,
  /// nearly the same problem, and the best place is refined by golden sections.
  ///
  /// - Parameter known: A fit whose break is taken.
  private func searched(_ y: [Double], from known: RawFit?) -> RawFit? {
    var best: RawFit?
    for kind in Kind.allCases {
      let psis = known.map { [$0.theta[0]] } ?? breaks
      let fits = psis.map { solve(kind, $0, y) }
      let index = fits.indices.reduce(0) { fits[$1].rss < fits[$0].rss ? $1 : $0 }
      var lowest = (psi: psis[index], fit: fits[index])
      let ratio = (5.0.squareRoot() - 1) / 2
      for (low, high) in [(index - 1, index), (index, index + 1)]
      where low >= 0 && high < psis.count {
        var (low, high) = (psis[low], psis[high])
        while high - low > 1e-7 {
          let inner = [high - ratio * (high - low), low + ratio * (high - low)]
          let sides = inner.map { solve(kind, $0, y) }
          for (psi, fit) in zip(inner, sides) where fit.rss < lowest.fit.rss { lowest = (psi, fit) }
          if sides[0].rss <= sides[1].rss { high = inner[1] } else { low = inner[0] }
        }
      }
      let fit = raw(
        c: lowest.fit.linear[0], before: lowest.fit.theta[0] / design.width,
        after: lowest.fit.theta[1] / design.width, psi: lowest.psi, rss: lowest.fit.rss)
      if let fit, best.map({ fit.rss < $0.rss }) ?? true { best = fit }
    }
    return best
  }

  /// The best slopes for one break.
  private func solve(_ kind: Kind, _ psi: Double, _ y: [Double]) -> SeparableFit {
    let rise = SeparableProblem.Axis(grid: [0, 40])
    let fall = SeparableProblem.Axis(grid: [-40, 0])
    let none = SeparableProblem.Axis(grid: [0, 0])
    let free = SeparableProblem.Axis(grid: [-40, 40])
    let axes =
      switch kind {
      case .onlyBefore: [free, none]
      case .onlyAfter: [none, free]
      case .bothRise: [rise, rise]
      case .bothFall: [fall, fall]
      }
    let problem = SeparableProblem(axes: axes, hasSecond: false) { theta, basis in
      for i in design.logTokens.indices {
        let distance = (design.logTokens[i] - psi) / design.width
        basis.first[i] = Double.exp(distance * (distance < 0 ? theta[0] : theta[1]))
      }
    }
    var solver = SeparableSolver(problem, weights: design.weights)
    return solver.best(from: [start(kind, psi, y)], y, tolerance: 1e-13)
  }

  /// Slopes, times the range, of two lines through ln S with the weights S² that make residuals in ln S
  /// those in S.
  private func start(_ kind: Kind, _ psi: Double, _ y: [Double]) -> SIMD2<Double> {
    var normal = SymmetricMatrix(size: 3)
    var right = [0.0, 0, 0]
    let top = y.reduce(0) { max($0, $1.magnitude) }
    for i in y.indices where y[i] > 0 {
      let share = y[i] / top
      let distance = (design.logTokens[i] - psi) / design.width
      let row = [1, min(distance, 0), max(distance, 0)]
      let weight = design.weights[i] * share * share
      for j in 0..<3 {
        right[j] += weight * row[j] * Double.log(share)
        for k in 0...j { normal[j, k] += weight * row[j] * row[k] }
      }
    }
    guard let inverse = normal.inverse() else { return .zero }
    func slope(_ index: Int) -> Double {
      (0..<3).reduce(0) { $0 + inverse[index, $1] * right[$1] }
    }
    return SIMD2(
      min(39, max(-39, kind.allows(slope(1), isBefore: true))),
      min(39, max(-39, kind.allows(slope(2), isBefore: false))))
  }

  /// The most places that are tried for a break before the best is refined.
  private static var mostBreaks: Int { 56 }

  /// Places for the break between the second and the second-last distinct token count: some between any
  /// two, or some of the counts where there are many.
  private var breaks: [Double] {
    let inner = Array(design.knots.dropFirst().dropLast())
    let steps = min(8, max(1, Self.mostBreaks / max(1, inner.count - 1)))
    var result = [inner[0]]
    for (low, high) in zip(inner, inner.dropFirst()) {
      for step in 1...steps {
        result.append(low + (high - low) * Double(step) / Double(steps))
      }
    }
    guard result.count > Self.mostBreaks + 8 else { return result }
    return (0...Self.mostBreaks).map { result[$0 * (result.count - 1) / Self.mostBreaks] }
  }

  private func raw(
    c: Double, before: Double, after: Double, psi: Double, rss: Double
  ) -> RawFit? {
    let values = [scale == .logScore ? Double.exp(c) : c, before, after, Double.exp(psi)]
    guard (try? BrokenPowerLaw(values: values)) != nil, rss.isFinite else { return nil }
    return RawFit(
      values: values, rss: rss, theta: SIMD2(psi, 0), isAtBound: before == 0 || after == 0)
  }
}
