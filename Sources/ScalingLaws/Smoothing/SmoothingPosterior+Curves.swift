import LongWork
import RealModule

extension SmoothingPosterior {
  /// Steps of ln n between knots: a 32nd of the range measured, but at most this, and a 600th where the range is
  /// wider than any that is measured.
  private static var longestStep: Double { 0.05 }
  private static var mostSteps: Double { 600 }

  /// Steps beyond the measurements, where nothing is fine.
  private static var outerStep: Double { 0.13 }

  /// The measured places, the ends of what was measured among them: where many places were joined, the first and
  /// the last of these lie further inside.
  private var measuredPlaces: [Double] {
    var places = data.places
    let (first, last) = (
      Double.log(measuredTokens.lowerBound), Double.log(measuredTokens.upperBound)
    )
    let rounding = 1e-8
    if first < places[0] - rounding { places.insert(first, at: 0) }
    if last > places[places.count - 1] + rounding { places.append(last) }
    return places
  }

  /// The places of knots: the measured ones, even steps between them, and longer ones beyond, up to a factor on
  /// either side.
  func knots(reach: Double) -> [Double] {
    let measured = measuredPlaces
    let (first, last) = (measured[0], measured[measured.count - 1])
    let step = max(min((last - first) / 32, Self.longestStep), (last - first) / Self.mostSteps)
    var places: [Double] = []
    let outside = Double.log(max(1, reach))
    let outer = Int((outside / Self.outerStep).rounded(.up))
    for k in stride(from: outer, to: 0, by: -1) {
      places.append(first - outside * Double(k) / Double(outer))
    }
    for (from, to) in zip(measured, measured.dropFirst()) {
      let count = max(1, Int(((to - from) / step).rounded()))
      for k in 0..<count { places.append(from + (to - from) * Double(k) / Double(count)) }
    }
    places.append(last)
    for k in 0..<outer { places.append(last + outside * Double(k + 1) / Double(outer)) }
    return places
  }

  /// Token counts at places: the measured ones as they were measured.
  private func tokens(at places: [Double]) -> [Double] {
    let measured = measuredPlaces
    return places.map { place in
      if place == measured[0] { return measuredTokens.lowerBound }
      if place == measured[measured.count - 1] { return measuredTokens.upperBound }
      let tokens = Double.exp(place)
      // Whole counts come back whole.
      let whole = tokens.rounded()
      return (tokens - whole).magnitude < 1e-9 * whole ? whole : tokens
    }
  }

  /// The mean curve, kept to the metric's range.
  ///
  /// - Parameter reach: How far beyond the measurements it is defined, as a factor.
  func meanCurve(reach: Double) -> LogLinearPolyline {
    let places = knots(reach: reach)
    let (first, width) = (data.places[0], data.places[data.places.count - 1] - data.places[0])
    let t = places.map { ($0 - first) / width }
    var values = Array(repeating: mean.level, count: places.count)
    var shape = Array(repeating: 0.0, count: places.count)
    let least = 1e-9
    for (index, rise) in mean.rises.enumerated() where rise.magnitude > least {
      shape.withUnsafeMutableBufferPointer {
        shapes[index].shape.evaluate(at: t, width: width, into: $0)
      }
      for i in values.indices { values[i] += rise * shape[i] }
    }
    for (length, kernel) in zip(prior.lengths, mean.kernels) {
      for i in values.indices {
        for j in kernel.indices {
          values[i] += kernel[j] * matern(places[i] - data.places[j], length: length)
        }
      }
    }
    return LogLinearPolyline(
      tokens: tokens(at: places), places: places,
      scores: values.map { bounds.clamped(data.base + data.scale * $0) })
  }

  /// Curves drawn from the posterior, equally likely, kept to the metric's range.
  ///
  /// A component is drawn by its weight, systematically: as often as its share says, give or take one. Level and
  /// rise are then drawn from their normal distribution, and the process by Matheron's rule: a path of the prior,
  /// corrected by what it misses of the data.
  ///
  /// - Parameters:
  ///   - count: How many, greater than 0.
  ///   - seed: The start of the random numbers.
  ///   - reach: How far beyond the measurements they are defined, as a factor.
  /// - Returns: The curves in random order, all on the same knots.
  /// - Complexity: O(count · k) for k knots: some 4 µs a curve.
  /// - Source: Wilson et al., *Pathwise Conditioning of Gaussian Processes*, JMLR 22(105), 2021; systematic
  ///   resampling: Kitagawa, J. Comput. Graph. Stat. 5(1), 1996.
  public func draws(_ count: Int, seed: UInt64, reach: Double = 1) -> [LogLinearPolyline] {
    precondition(count > 0, "\(count) draws")
    var random = SplitMix64(seed: seed)
    let places = knots(reach: reach)
    let tokens = tokens(at: places)
    let (first, width) = (data.places[0], data.places[data.places.count - 1] - data.places[0])
    let t = places.map { ($0 - first) / width }
    let paths = prior.lengths.map { ProcessPaths(data, length: $0, knots: places) }
    let m = data.places.count
    let measured = data.places.map { ($0 - first) / width }
    var shape = Array(repeating: 0.0, count: places.count)
    var shapeAtPlaces = Array(repeating: 0.0, count: m)
    var evaluated: Int?
    var curves: [LogLinearPolyline] = []
    curves.reserveCapacity(count)
    let (watch, batch) = (Watch.current, 64)
    watch.begin(.drawing, of: count)
    let offset = random.uniform()
    var reached = 0.0
    // Components of one shape follow each other, so that the shape is evaluated once.
    let order = components.indices.sorted {
      (components[$0].shape ?? -1, $0) < (components[$1].shape ?? -1, $1)
    }
    for index in order {
      let component = components[index]
      reached += component.weight
      // The last component takes what rounding left over.
      let due =
        index == order[order.count - 1]
        ? count : min(count, Int((reached * Double(count) + offset).rounded(.down)))
      guard due > curves.count else { continue }
      if let wanted = component.shape, wanted != evaluated {
        shape.withUnsafeMutableBufferPointer {
          shapes[wanted].shape.evaluate(at: t, width: width, into: $0)
        }
        shapeAtPlaces.withUnsafeMutableBufferPointer {
          shapes[wanted].shape.evaluate(at: measured, width: width, into: $0)
        }
        evaluated = wanted
      }
      let setting = settings[component.setting]
      let process = paths[prior.lengths.firstIndex(of: setting.length) ?? 0]
      let found = coefficients(of: component)
      while curves.count < due {
        if curves.count % batch == batch - 1, !watch.advance(by: batch) {
          freeAside(curves, count: curves.count)
          return Array(curves.prefix(1))
        }
        var rise = 0.0
        if component.shape != nil {
          let deviation = (found.precision.levelLevel / found.precision.determinant).squareRoot()
          rise = found.rise + deviation * random.normal()
        }
        let level =
          (found.levelValue - found.precision.levelRise * rise) / found.precision.levelLevel
          + random.normal() / found.precision.levelLevel.squareRoot()
        let residual = process.path(
          amplitude: setting.amplitude, setting.factor, &random
        ) { i, prior, noise in
          data.values[i] - level - rise * shapeAtPlaces[i] - prior
            - noise * data.variance(i, noise: setting.noise).squareRoot()
        }
        var scores = Array(repeating: 0.0, count: places.count)
        for i in scores.indices {
          let value = level + rise * (component.shape == nil ? 0 : shape[i]) + residual[i]
          scores[i] = bounds.clamped(data.base + data.scale * value)
        }
        curves.append(LogLinearPolyline(tokens: tokens, places: places, scores: scores))
      }
    }
    for index in curves.indices.reversed().dropLast() {
      if index % lightBatch == 0, !watch.goesOn {
        freeAside(curves, count: curves.count)
        return Array(curves.prefix(1))
      }
      curves.swapAt(index, random.below(index + 1))
    }
    return curves
  }
}

/// Paths of the Gaussian process of one length.
private struct ProcessPaths {
  private let measuredCount: Int
  /// The prior's correlations over the measured places and a coarse grid.
  private let factor: CholeskyFactor
  /// The correlation of each of these with each measured place.
  private let cross: [Double]
  /// For each knot the two of them that it lies between, and how far along.
  private let between: [(low: Int, high: Int, share: Double)]
  private let size: Int

  /// The coarse grid's step, in lengths of the kernel: straight lines between are right to a hundredth of the
  /// amplitude.
  private static var step: Double { 0.14 }

  /// The grid's most steps, however wide the range: a factor takes their third power.
  private static var mostSteps: Double { 160 }

  init(_ data: SmoothingData, length: Double, knots: [Double]) {
    measuredCount = data.places.count
    let (first, last) = (knots[0], knots[knots.count - 1])
    let steps = min((last - first) / (Self.step * length), Self.mostSteps)
    let count = max(2, Int(steps.rounded(.up)) + 1)
    var places = data.places
    for k in 0..<count {
      let place = first + (last - first) * Double(k) / Double(count - 1)
      // Two places that nearly coincide would make the correlations singular.
      if data.places.allSatisfy({ ($0 - place).magnitude > 0.02 * length }) {
        places.append(place)
      }
    }
    size = places.count
    var nugget = 1e-9
    var found: CholeskyFactor?
    while found == nil, nugget < 1 {
      found = CholeskyFactor(size: places.count) {
        matern(places[$0] - places[$1], length: length) + ($0 == $1 ? nugget : 0)
      }
      nugget *= 10
    }
    guard let found else {
      preconditionFailure(
        "correlations of \(places.count) places with a nugget of 1 are not positive")
    }
    factor = found
    let measured = data.places
    cross = places.flatMap { place in measured.map { matern(place - $0, length: length) } }
    let order = places.indices.sorted { places[$0] < places[$1] }
    var next = 0
    between = knots.map { knot in
      while next + 1 < order.count, places[order[next + 1]] < knot { next += 1 }
      let (low, high) = (order[next], order[min(next + 1, order.count - 1)])
      let distance = places[high] - places[low]
      return (low, high, distance > 0 ? min(1, max(0, (knot - places[low]) / distance)) : 0)
    }
  }

  /// A path of the process at the knots, given the data.
  ///
  /// - Parameter miss: What the data leave to be explained at a measured place, given the prior path's value and a
  ///   standard normal number for the noise there.
  func path(
    amplitude: Double, _ dataFactor: CholeskyFactor, _ random: inout SplitMix64,
    miss: (Int, Double, Double) -> Double
  ) -> [Double] {
    var normals = Array(repeating: 0.0, count: size)
    for i in normals.indices { normals[i] = random.normal() }
    var path = factor.product(normals)
    for i in path.indices { path[i] *= amplitude }
    var weights = (0..<measuredCount).map { miss($0, path[$0], random.normal()) }
    weights.withUnsafeMutableBufferPointer {
      dataFactor.whiten($0)
      dataFactor.whitenTransposed($0)
    }
    let square = amplitude * amplitude
    for i in path.indices {
      var sum = 0.0
      for j in 0..<measuredCount { sum += cross[i * measuredCount + j] * weights[j] }
      path[i] += square * sum
    }
    return between.map { path[$0.low] + $0.share * (path[$0.high] - path[$0.low]) }
  }
}
