import LongWork
import RealModule

/// What measurements leave of a ``SmoothingPrior``: a weight for every shape under every setting of the process and
/// the noise, and for each a normal distribution of level and rise.
///
/// Given a shape g and a setting, z ~ N(a + b·g, K) with K = A²·M + σ²·V, M the kernel and V the relative variances
/// of the measurements, so that a, b and the marginal likelihood have closed forms: with w = L⁻¹ of 1, of g and of z
/// for K = L·Lᵀ,
///
///     Q = [w₁·w₁ + 1/s_a²   w₁·w_g             ]   (a, b) ~ N(Q⁻¹ (w₁·w_z, w_g·w_z + μ/τ²), Q⁻¹)
///         [w₁·w_g           w_g·w_g + 1/τ²     ]
///     ln p = −½ (w_z·w_z + μ²/τ² − c·Q⁻¹c) − ln det L − ½ ln(det Q · s_a² τ²)
///
/// Nothing is sampled or iterated: the same measurements give the same posterior, to the last digit.
///
/// - Source: the marginal likelihood of a Gaussian process with explicit basis functions: Rasmussen and Williams,
///   *Gaussian Processes for Machine Learning*, 2006, section 2.7.
public struct SmoothingPosterior: Sendable {
  /// The prior.
  public let prior: SmoothingPrior
  /// What is known of the metric.
  public let bounds: ScoreBounds
  /// The least and the most tokens measured.
  public let measuredTokens: ClosedRange<Double>
  /// The posterior mean of the noise of one measurement, in the score's unit: of one of weight 1, and of a share
  /// where it is largest, at a half.
  public let noise: Double

  let data: SmoothingData
  let shapes: [(shape: GrowthShape, weight: Double)]
  let settings: [Setting]
  /// w₁·w_g, w_g·w_g and w_g·w_z of each setting and shape, setting by setting.
  private let products: [(levelRise: Double, riseRise: Double, riseValue: Double)]
  /// The components in order of settings; those without weight are left out.
  let components: [Component]
  /// What the mean is made of.
  let mean: Mean

  /// A kernel's length and amplitude, and the noise.
  struct Setting: Sendable {
    let length: Double
    let amplitude: Double
    let noise: Double
    let factor: CholeskyFactor
    /// w₁·w₁, w₁·w_z, w_z·w_z.
    let levelLevel: Double
    let levelValue: Double
    let valueValue: Double
  }

  /// One shape under one setting.
  struct Component: Sendable {
    let setting: Int
    /// `nil` for a flat score.
    let shape: Int?
    let levelDeviation: Double
    var weight: Double
  }

  /// The normal distribution of level and rise in a component.
  struct Coefficients {
    let level: Double
    let rise: Double
    let precision: (levelLevel: Double, levelRise: Double, determinant: Double)
    let levelValue: Double
    let logEvidence: Double
  }

  /// The mean of all components: level + Σ rises·g + Σ over the kernels' lengths of M·weights.
  struct Mean: Sendable {
    var level = 0.0
    var rises: [Double]
    /// For each length, one weight for each place.
    var kernels: [[Double]]
  }

  /// The posterior of a curve.
  ///
  /// - Parameters:
  ///   - series: Measurements at two or more token counts.
  ///   - bounds: What is known of the metric.
  ///   - prior: What is believed before.
  /// - Returns: `nil` where there are fewer than two token counts, or where the scores pass what a double can hold.
  /// - Complexity: O(c·m²) for the prior's c components (some 14,000) and m token counts, at most 48: under 2 ms
  ///   for ten.
  public init?(
    of series: Series, bounds: ScoreBounds, prior: SmoothingPrior = .standard
  ) {
    guard var data = SmoothingData(series, bounds) else { return nil }
    data.setFloors(at: data.values, bounds)
    guard var found = Weighing(data, prior) else { return nil }
    if data.questions.contains(where: { $0 > 0 }) {
      // One step of Fisher's scoring for shares of counted answers: their variance is that at the curve.
      data.setFloors(at: found.meanAtPlaces, bounds)
      guard let again = Weighing(data, prior) else { return nil }
      found = again
    }
    self.prior = prior
    self.bounds = bounds
    measuredTokens = series.tokenRange
    self.data = data
    shapes = found.shapes
    settings = found.settings
    products = found.products
    components = found.components
    mean = found.mean
    noise = found.noise * data.scale
  }

  /// Level and rise of a component.
  func coefficients(of component: Component) -> Coefficients {
    let setting = settings[component.setting]
    let product = component.shape.map { products[component.setting * shapes.count + $0] }
    return Self.coefficients(setting, product, component.levelDeviation, prior)
  }

  fileprivate static func coefficients(
    _ setting: Setting,
    _ product: (levelRise: Double, riseRise: Double, riseValue: Double)?,
    _ levelDeviation: Double, _ prior: SmoothingPrior
  ) -> Coefficients {
    let levelVariance = levelDeviation * levelDeviation
    let q11 = setting.levelLevel + 1 / levelVariance
    let c1 = setting.levelValue
    let logFactor = setting.factor.logDeterminant
    guard let product else {
      let level = c1 / q11
      return Coefficients(
        level: level, rise: 0, precision: (q11, 0, q11), levelValue: c1,
        logEvidence: -0.5 * (setting.valueValue - c1 * level) - logFactor
          - 0.5 * Double.log(q11 * levelVariance))
    }
    let riseVariance = prior.rise.deviation * prior.rise.deviation
    let q22 = product.riseRise + 1 / riseVariance
    let q12 = product.levelRise
    let c2 = product.riseValue + prior.rise.mean / riseVariance
    let determinant = q11 * q22 - q12 * q12
    let level = (q22 * c1 - q12 * c2) / determinant
    let rise = (q11 * c2 - q12 * c1) / determinant
    let misfit =
      setting.valueValue + prior.rise.mean * prior.rise.mean / riseVariance - c1 * level
      - c2 * rise
    return Coefficients(
      level: level, rise: rise, precision: (q11, q12, determinant), levelValue: c1,
      logEvidence: -0.5 * misfit - logFactor
        - 0.5 * Double.log(determinant * levelVariance * riseVariance))
  }
}

extension SmoothingData {
  /// Sets the least variance of points whose questions were counted to that of a share p of n questions, at given
  /// values of the curve.
  mutating func setFloors(at curve: [Double], _ bounds: ScoreBounds) {
    guard let range = bounds.range, range.upperBound > range.lowerBound else { return }
    let width = range.upperBound - range.lowerBound
    for index in places.indices where questions[index] > 0 {
      let n = questions[index]
      let share = (base + scale * curve[index] - range.lowerBound) / width
      // Jeffreys' half a question on each side: no share is certain.
      let p = (min(1, max(0, share)) * n + 0.5) / (n + 1)
      let unit = width / scale
      floors[index] = unit * unit * p * (1 - p) / n
    }
  }

  /// The variance of each mean under a noise σ.
  func variance(_ index: Int, noise: Double) -> Double {
    max(noise * noise * variances[index], floors[index])
  }
}

/// Weighs every component of a prior on data.
private struct Weighing {
  let shapes: [(shape: GrowthShape, weight: Double)]
  var settings: [SmoothingPosterior.Setting] = []
  var products: [(levelRise: Double, riseRise: Double, riseValue: Double)] = []
  var components: [SmoothingPosterior.Component] = []
  var mean: SmoothingPosterior.Mean
  var noise = 0.0
  /// The mean at the measured places.
  private(set) var meanAtPlaces: [Double]

  /// Components with less of the largest weight are left out.
  private static let leastWeight = 1e-7

  init?(_ data: SmoothingData, _ prior: SmoothingPrior) {
    let count = data.places.count
    let width = data.places[count - 1] - data.places[0]
    shapes = prior.shapes(width: width)
    let shapeValues = Self.values(of: shapes.map(\.shape), data.places, width)
    mean = .init(
      rises: Array(repeating: 0, count: shapes.count),
      kernels: prior.lengths.map { _ in Array(repeating: 0, count: count) })
    meanAtPlaces = Array(repeating: 0, count: count)

    let watch = Watch.current
    // Settings, and what they make of every shape.
    var settingWeights: [Double] = []
    let noises = Self.noises(data, prior)
    products.reserveCapacity(
      prior.lengths.count * prior.amplitudes.count * noises.count * shapes.count)
    for length in prior.lengths {
      var kernel = Array(repeating: 0.0, count: count * count)
      for i in 0..<count {
        for j in 0...i {
          kernel[i * count + j] = matern(data.places[i] - data.places[j], length: length)
        }
      }
      for amplitude in prior.amplitudes {
        let square = amplitude.deviation * amplitude.deviation
        for noise in noises {
          guard
            watch.goesOn,
            let factor = CholeskyFactor(
              size: count,
              {
                square * kernel[$0 * count + $1]
                  + ($0 == $1 ? data.variance($0, noise: noise) : 0)
              })
          else { return nil }
          settings.append(append(factor, length, amplitude.deviation, noise, data, shapeValues))
          // Repeated counts say what the noise is, whatever the curve.
          let replicates =
            data.replicateCount == 0
            ? 0
            : -Double(data.replicateCount) * Double.log(noise)
              - data.replicateSum / (2 * noise * noise)
          settingWeights.append(Double.log(amplitude.weight) + replicates)
        }
      }
    }
    weigh(settingWeights, prior)
    guard !components.isEmpty else { return nil }
    average(data, shapeValues, prior)
  }

  /// The noises to integrate over: more where repeated counts scatter by more.
  private static func noises(_ data: SmoothingData, _ prior: SmoothingPrior) -> [Double] {
    guard data.replicateCount > 0 else { return prior.noises }
    let scatter = (data.replicateSum / Double(data.replicateCount)).squareRoot()
    return prior.noises + (scatter > 0.8 * (prior.noises.last ?? 0) ? prior.largeNoises : [])
  }

  private static func values(
    of shapes: [GrowthShape], _ places: [Double], _ width: Double
  ) -> [Double] {
    let t = places.map { ($0 - places[0]) / width }
    return Array(unsafeUninitializedCapacity: shapes.count * t.count) { buffer, count in
      for (index, shape) in shapes.enumerated() {
        let part = UnsafeMutableBufferPointer(
          rebasing: buffer[(index * t.count)..<((index + 1) * t.count)])
        shape.evaluate(at: t, width: width, into: part)
      }
      count = shapes.count * t.count
    }
  }

  private mutating func append(
    _ factor: CholeskyFactor, _ length: Double, _ amplitude: Double, _ noise: Double,
    _ data: SmoothingData, _ shapeValues: [Double]
  ) -> SmoothingPosterior.Setting {
    let count = data.places.count
    var ones = Array(repeating: 1.0, count: count)
    var values = data.values
    ones.withUnsafeMutableBufferPointer { factor.whiten($0) }
    values.withUnsafeMutableBufferPointer { factor.whiten($0) }
    var levelLevel = 0.0, levelValue = 0.0, valueValue = 0.0
    for i in 0..<count {
      levelLevel += ones[i] * ones[i]
      levelValue += ones[i] * values[i]
      valueValue += values[i] * values[i]
    }
    var whitened = shapeValues
    whitened.withUnsafeMutableBufferPointer { whitened in
      for index in shapes.indices {
        let part = UnsafeMutableBufferPointer(
          rebasing: whitened[(index * count)..<((index + 1) * count)])
        factor.whiten(part)
        var levelRise = 0.0, riseRise = 0.0, riseValue = 0.0
        for i in 0..<count {
          levelRise += part[i] * ones[i]
          riseRise += part[i] * part[i]
          riseValue += part[i] * values[i]
        }
        products.append((levelRise, riseRise, riseValue))
      }
    }
    return SmoothingPosterior.Setting(
      length: length, amplitude: amplitude, noise: noise, factor: factor,
      levelLevel: levelLevel, levelValue: levelValue, valueValue: valueValue)
  }

  /// The components' weights, which add up to 1.
  private mutating func weigh(_ settingWeights: [Double], _ prior: SmoothingPrior) {
    var candidates: [(component: SmoothingPosterior.Component, log: Double)] = []
    candidates.reserveCapacity(settings.count * (prior.levels.count * shapes.count + 1))
    let shapeWeights = shapes.map { Double.log($0.weight) }
    let levels = prior.levels.map { ($0.deviation, Double.log($0.weight)) }
    var highest = -Double.infinity
    func add(_ setting: Int, _ shape: Int?, _ deviation: Double, _ log: Double) {
      highest = max(highest, log)
      // What is this far below the highest so far is farther below the highest of all.
      guard log > highest - 17 else { return }
      candidates.append(
        (
          SmoothingPosterior.Component(
            setting: setting, shape: shape, levelDeviation: deviation, weight: 0), log
        ))
    }
    for (index, setting) in settings.enumerated() {
      let flat = SmoothingPosterior.coefficients(setting, nil, prior.levels[0].deviation, prior)
      add(
        index, nil, prior.levels[0].deviation,
        flat.logEvidence + settingWeights[index] + Double.log(prior.flatShare))
      for (deviation, levelWeight) in levels {
        for shape in shapes.indices {
          let found = SmoothingPosterior.coefficients(
            setting, products[index * shapes.count + shape], deviation, prior)
          add(
            index, shape, deviation,
            found.logEvidence + settingWeights[index] + levelWeight + shapeWeights[shape])
        }
      }
    }
    guard highest.isFinite else { return }
    var total = 0.0
    for (component, log) in candidates {
      let weight = Double.exp(log - highest)
      guard weight > Self.leastWeight else { continue }
      var kept = component
      kept.weight = weight
      total += weight
      components.append(kept)
    }
    for index in components.indices { components[index].weight /= total }
  }

  private mutating func average(
    _ data: SmoothingData, _ shapeValues: [Double], _ prior: SmoothingPrior
  ) {
    let count = data.places.count
    // For each setting: its weight, and the mean of level and shapes at the places.
    var weights = Array(repeating: 0.0, count: settings.count)
    var curves = Array(repeating: 0.0, count: settings.count * count)
    for component in components {
      let product = component.shape.map { products[component.setting * shapes.count + $0] }
      let found = SmoothingPosterior.coefficients(
        settings[component.setting], product, component.levelDeviation, prior)
      weights[component.setting] += component.weight
      mean.level += component.weight * found.level
      let start = component.setting * count
      for i in 0..<count { curves[start + i] += component.weight * found.level }
      guard let shape = component.shape else { continue }
      let rise = component.weight * found.rise
      mean.rises[shape] += rise
      for i in 0..<count { curves[start + i] += rise * shapeValues[shape * count + i] }
    }
    for (index, setting) in settings.enumerated() where weights[index] > 0 {
      noise += weights[index] * setting.noise
      var residual = (0..<count).map {
        weights[index] * data.values[$0] - curves[index * count + $0]
      }
      residual.withUnsafeMutableBufferPointer {
        setting.factor.whiten($0)
        setting.factor.whitenTransposed($0)
      }
      let length = prior.lengths.firstIndex(of: setting.length) ?? 0
      let square = setting.amplitude * setting.amplitude
      for i in 0..<count { mean.kernels[length][i] += square * residual[i] }
    }
    for i in 0..<count {
      var value = mean.level
      for shape in shapes.indices { value += mean.rises[shape] * shapeValues[shape * count + i] }
      for (length, kernel) in zip(prior.lengths, mean.kernels) {
        for j in 0..<count {
          value += kernel[j] * matern(data.places[i] - data.places[j], length: length)
        }
      }
      meanAtPlaces[i] = value
    }
  }
}
