import RealModule

/// A law over model size and tokens at once: the score of a language model of N billion parameters
/// that gets n vision tokens.
///
/// - Source: Li et al., arXiv 2411.03312, whose law is the error form.
public struct JointLaw: Sendable, Equatable {
  /// How size and tokens enter.
  public enum Shape: String, Sendable, CaseIterable {
    /// error = a / (N^b · n^c) + d, with a > 0 and d ≥ 0, the error a share of the score's range.
    case error = "joint"
    /// score = a · N^b · n^c with a > 0, in the metric's unit.
    case score = "joint-score"
    /// score = a + b · ln N + c · ln n, in the metric's unit: the limit of the error form where a
    /// grows without bound and the exponents vanish.
    case logLinear = "joint-log-linear"

    /// The shape's identifier, formula and parameters.
    public var form: LawForm {
      let positive = LawParameter("a", .positive)
      let exponents = [LawParameter("b", .finite), LawParameter("c", .finite)]
      return switch self {
      case .error:
        LawForm(
          id: rawValue, formula: "1 - (a / (N^b * n^c) + d)",
          parameters: [positive] + exponents + [LawParameter("d", .nonNegative)])
      case .score:
        LawForm(id: rawValue, formula: "a * N^b * n^c", parameters: [positive] + exponents)
      case .logLinear:
        LawForm(
          id: rawValue, formula: "a + b * ln(N) + c * ln(n)",
          parameters: [LawParameter("a", .finite)] + exponents)
      }
    }
  }

  /// How size and tokens enter.
  public let shape: Shape
  /// The parameter values, in the order of the shape's form.
  public let values: [Double]
  /// The scores that stand for an error of 1 and of 0: 0…100 for percent. The error form needs it.
  public let range: ClosedRange<Double>

  /// A joint law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` when a value leaves its domain.
  public init(
    shape: Shape, values: [Double], range: ClosedRange<Double> = 0...1
  ) throws(InvalidLawParameter) {
    precondition(range.lowerBound < range.upperBound, "\(range) holds no scores")
    let form = shape.form
    guard values.count == form.parameters.count else {
      throw InvalidLawParameter(form: form.id, parameter: nil, values: values)
    }
    for (parameter, value) in zip(form.parameters, values)
    where !parameter.domain.contains(value) {
      throw InvalidLawParameter(form: form.id, parameter: parameter, values: [value])
    }
    self.shape = shape
    self.values = values
    self.range = range
  }

  private var span: Double { range.upperBound - range.lowerBound }

  /// The score at n tokens of a model of a size.
  ///
  /// - Parameters:
  ///   - tokens: n, greater than 0.
  ///   - parametersBillions: N, greater than 0.
  public func score(at tokens: Double, parametersBillions: Double) -> Double {
    let (n, size) = (Double.log(tokens), Double.log(parametersBillions))
    switch shape {
    case .error:
      let error = values[0] * Double.exp(-values[1] * size - values[2] * n) + values[3]
      return range.upperBound - span * error
    case .score:
      return values[0] * Double.exp(values[1] * size + values[2] * n)
    case .logLinear:
      return values[0] + values[1] * size + values[2] * n
    }
  }

  /// The law over tokens alone, for one size.
  ///
  /// The error form is then a saturating law, the score form a power law and the log-linear form a
  /// log-linear law.
  ///
  /// - Returns: `nil` where the numbers leave what a double can hold, or an error grows with tokens,
  ///   which no law of tokens describes.
  public func law(parametersBillions: Double) -> (any ScoreLaw)? {
    let size = Double.log(parametersBillions)
    switch shape {
    case .error:
      let amplitude = span * values[0] * Double.exp(-values[1] * size)
      let ceiling = range.upperBound - span * values[3]
      if values[2] > 0 {
        return try? SaturatingLaw(ceiling: ceiling, amplitude: amplitude, exponent: values[2])
      }
      return values[2] == 0 ? try? ConstantLaw(a: ceiling - amplitude) : nil
    case .score:
      return try? PowerLaw(c: values[0] * Double.exp(values[1] * size), alpha: -values[2])
    case .logLinear:
      return try? LogLinearLaw(a: values[0] + values[1] * size, b: values[2])
    }
  }
}
