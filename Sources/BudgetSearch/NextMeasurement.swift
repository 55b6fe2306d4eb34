import LongWork
import RealModule

/// A measurement that could be made: what it would give in each scenario, and how noisy it is.
public struct PossibleMeasurement: Sendable {
  /// The score that it would give in each scenario, without noise.
  public var predictions: [Double]
  /// The variance of its noise.
  public var variance: Double

  /// A possible measurement.
  public init(predictions: [Double], variance: Double) {
    self.predictions = predictions
    self.variance = variance
  }
}

/// What a further measurement is worth: by how much the least expected regret would fall.
///
/// After y is measured, the best of candidates with expected utilities E[u_c | y] is taken. To first order these are
/// lines in a standard normal number z,
///
///     E[u_c | y] = ū_c + Cov(u_c, y) / √(Var y + σ²) · z,
///
/// so that the gain is E max_c(ū_c + s_c·z) − max_c ū_c, which has a closed form: the knowledge gradient.
///
/// - Source: Frazier, Powell and Dayanik, *The Knowledge-Gradient Policy for Correlated Normal Beliefs*, INFORMS
///   Journal on Computing 21(4), 2009, doi:10.1287/ijoc.1080.0314.
enum KnowledgeGradient {
  /// The gain of one measurement.
  ///
  /// - Parameters:
  ///   - utilities: For each candidate its utility in each scenario.
  ///   - measurement: What it would give in the same scenarios.
  /// - Complexity: O(candidates · scenarios).
  static func gain(_ utilities: [[Double]], _ measurement: PossibleMeasurement) -> Double {
    let count = Double(measurement.predictions.count)
    guard count >= 2 else { return 0 }
    let middle = measurement.predictions.reduce(0, +) / count
    var variance = 0.0
    for y in measurement.predictions { variance += (y - middle) * (y - middle) / count }
    // A prediction that no scenario changes tells nothing.
    guard variance > 1e-24 * max(1, middle * middle) else { return 0 }
    let deviation = (variance + measurement.variance).squareRoot()
    let lines = utilities.map { utility -> (mean: Double, slope: Double) in
      var (mean, covariance) = (0.0, 0.0)
      // Stopped, what is returned goes no further.
      guard Watch.current.goesOn else { return (0, 0) }
      for (u, y) in zip(utility, measurement.predictions) {
        mean += u / count
        covariance += u * (y - middle) / count
      }
      return (mean, covariance / deviation)
    }
    guard let best = lines.map(\.mean).max() else { return 0 }
    return max(0, expectedMaximum(of: lines) - best)
  }

  /// E max(a + b·z) over lines, for a standard normal z.
  static func expectedMaximum(of lines: [(mean: Double, slope: Double)]) -> Double {
    let sorted = lines.sorted { ($0.slope, $0.mean) < ($1.slope, $1.mean) }
    // The upper envelope, each line with the z from which on it is the highest.
    var envelope: [(mean: Double, slope: Double, from: Double)] = []
    for line in sorted {
      var from = -Double.infinity
      while let last = envelope.last {
        if line.slope == last.slope {
          // Sorted by mean too: the later is the higher.
          envelope.removeLast()
          continue
        }
        let crossing = (last.mean - line.mean) / (line.slope - last.slope)
        if crossing <= last.from {
          envelope.removeLast()
        } else {
          from = crossing
          break
        }
      }
      if envelope.isEmpty { from = -.infinity }
      envelope.append((line.mean, line.slope, from))
    }
    var sum = 0.0
    for (index, line) in envelope.enumerated() {
      let to = index + 1 < envelope.count ? envelope[index + 1].from : .infinity
      sum += line.mean * (distribution(to) - distribution(line.from))
      sum += line.slope * (density(line.from) - density(to))
    }
    return sum
  }

  private static func density(_ z: Double) -> Double {
    z.isFinite ? Double.exp(-z * z / 2) * 0.3989422804014327 : 0
  }

  private static func distribution(_ z: Double) -> Double {
    z == .infinity ? 1 : z == -.infinity ? 0 : Double.erfc(-z * 0.7071067811865476) / 2
  }
}
