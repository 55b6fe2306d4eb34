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
    var best: RawFit?
    for kind in Kind.allCases where scale == .score || kind.isOneSided {
      if let fit = search(kind, y), best.map({ fit.rss < $0.rss }) ?? true { best = fit }
    }
    return best
  }

  mutating func fit(_ y: [Double], without index: Int) -> RawFit? {
    var rest = y
    rest.remove(at: index)
    var fitter = BrokenPowerFitter(design: design.without(index), scale: scale)
    return fitter.fit(rest)
  }

  /// The best break in ln S whose slopes do not have opposite signs: over the grid, then by golden
  /// sections around the best three places.
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
    let places = grid.indices.sorted { (grid[$0].rss, $0) < (grid[$1].rss, $1) }.prefix(3)
    for place in places {
      for (low, high) in [(place - 1, place), (place, place + 1)]
      where low >= 0 && high < psis.count {
        var (low, high) = (psis[low], psis[high])
        while high - low > 1e-10 {
          let inner = [high - ratio * (high - low), low + ratio * (high - low)].map { best(at: $0) }
          for candidate in inner where candidate.rss < lowest.rss { lowest = candidate }
          if inner[0].rss <= inner[1].rss { high = inner[1].psi } else { low = inner[0].psi }
        }
      }
    }
    return raw(
      c: lowest.c, before: lowest.before, after: lowest.after, psi: lowest.psi, rss: lowest.rss)
  }

  /// Which slopes are free.
  private enum Kind: CaseIterable {
    case onlyBefore, onlyAfter, bothRise, bothFall

    var isOneSided: Bool { self == .onlyBefore || self == .onlyAfter }
  }

  private func search(_ kind: Kind, _ y: [Double]) -> RawFit? {
    let psis = breaks
    if kind.isOneSided {
      // S is flat on one side of ψ; the other side's slope is linear in ln S.
      let axes: [SeparableProblem.Axis] =
        [.init(grid: psis)] + (scale == .score ? [.logGain] : [])
      let problem = SeparableProblem(axes: axes, hasSecond: scale == .logScore) { theta, basis in
        for i in design.logTokens.indices {
          let distance = design.logTokens[i] - theta[0]
          let side = kind == .onlyBefore ? min(distance, 0) : max(distance, 0)
          if scale == .logScore {
            basis.second[i] = side
          } else {
            basis.first[i] = Double.exp(theta[1] * side / design.width)
          }
        }
      }
      var solver = SeparableSolver(problem, weights: design.weights)
      let fit = solver.solve(y)
      let slope = scale == .logScore ? fit.linear[1] : fit.theta[1] / design.width
      return raw(
        c: fit.linear[0], before: kind == .onlyBefore ? slope : 0,
        after: kind == .onlyAfter ? slope : 0, psi: fit.theta[0], rss: fit.rss)
    }
    return bothSlopes(kind, psis, y)
  }

  /// The best break with both slopes free in S itself: over the grid, then by golden sections around
  /// its best place.
  private func bothSlopes(_ kind: Kind, _ psis: [Double], _ y: [Double]) -> RawFit? {
    let gains = SeparableProblem.Axis.nonNegativeLogGain.grid
    let axis = SeparableProblem.Axis(
      grid: kind == .bothRise ? gains : gains.reversed().map { -$0 })
    func solve(_ psi: Double, near theta: SIMD2<Double>?) -> SeparableFit {
      let problem = SeparableProblem(axes: [axis, axis], hasSecond: false) { theta, basis in
        for i in design.logTokens.indices {
          let distance = (design.logTokens[i] - psi) / design.width
          basis.first[i] = Double.exp(distance * (distance < 0 ? theta[0] : theta[1]))
        }
      }
      var solver = SeparableSolver(problem, weights: design.weights)
      return theta.map { solver.best(from: [$0], y) } ?? solver.solve(y)
    }
    let fits = psis.map { solve($0, near: nil) }
    let index = fits.indices.reduce(0) { fits[$1].rss < fits[$0].rss ? $1 : $0 }
    var best = (psi: psis[index], fit: fits[index])
    var (low, high) = (psis[max(0, index - 1)], psis[min(psis.count - 1, index + 1)])
    let ratio = (5.0.squareRoot() - 1) / 2
    while high - low > 1e-9 {
      let inner = [high - ratio * (high - low), low + ratio * (high - low)]
      let sides = inner.map { solve($0, near: best.fit.theta) }
      for (psi, fit) in zip(inner, sides) where fit.rss < best.fit.rss { best = (psi, fit) }
      if sides[0].rss <= sides[1].rss { high = inner[1] } else { low = inner[0] }
    }
    return raw(
      c: best.fit.linear[0], before: best.fit.theta[0] / design.width,
      after: best.fit.theta[1] / design.width, psi: best.psi, rss: best.fit.rss)
  }

  /// Places for the break between the second and the second-last distinct token count: all of those,
  /// and seven between any two.
  private var breaks: [Double] {
    let inner = Array(design.knots.dropFirst().dropLast())
    var result = [inner[0]]
    for (low, high) in zip(inner, inner.dropFirst()) {
      for step in 1...8 { result.append(low + (high - low) * Double(step) / 8) }
    }
    return result
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
