/// A scaling law: score S as a function of the number n of vision tokens an image gets.
///
/// Every law with a formula is monotone on its domain, which is all real n > 0; which part of that is backed by
/// measurements is the business of ``FittedLaw``.
public protocol ScoreLaw: Sendable, Equatable {
  /// The law's identifier and its parameters.
  static var form: LawForm { get }

  /// The parameter values, in the order of `form.parameters`.
  var values: [Double] { get }

  /// How many numbers were fitted to measurements: the degrees of freedom that the law takes.
  var parameterCount: Int { get }

  /// The token counts that the law is defined for.
  var domain: ClosedRange<Double> { get }

  /// The score at n tokens.
  ///
  /// - Parameter tokens: n, real and greater than 0.
  /// - Returns: S(n) in the unit of the fitted scores; infinite or 0 where a double cannot hold it.
  /// - Complexity: O(1).
  func score(at tokens: Double) -> Double

  /// The elasticity ε(n) = d ln S / d ln n: the percentage that the score gains when tokens grow
  /// by one percent.
  ///
  /// - Parameter tokens: n, real and greater than 0.
  /// - Returns: ε(n), without unit; NaN where S(n) ≤ 0, which has no logarithm.
  /// - Complexity: O(1).
  func elasticity(at tokens: Double) -> Double

  /// The inverse: the token count at which the law gives a score.
  ///
  /// - Parameter score: In the unit of the fitted scores.
  /// - Returns: The real n > 0 with S(n) = `score`; `nil` when there is none, or when the law is
  ///   constant and every n would do.
  /// - Complexity: O(1).
  func tokens(reaching score: Double) -> Double?

  /// Which way the score goes when tokens are added.
  var trend: Trend { get }

  /// How the elasticity depends on n between breakpoints, which decides how an optimum can be found
  /// exactly.
  var elasticityShape: ElasticityShape { get }

  /// The token counts, increasing, at which another piece of the law begins; mostly none.
  var breakpoints: [Double] { get }
}

extension ScoreLaw {
  public var parameterCount: Int { values.count }
  public var domain: ClosedRange<Double> { Double.leastNonzeroMagnitude...Double.infinity }
  public var breakpoints: [Double] { [] }
}

/// A law with a formula: its parameters are all there is to it.
public protocol ParametricLaw: ScoreLaw {
  /// The law with these parameter values.
  ///
  /// - Parameter values: One value for each of `form.parameters`, in that order.
  /// - Throws: ``InvalidLawParameter`` when a value leaves its domain.
  init(values: [Double]) throws(InvalidLawParameter)

  /// The derivatives of the score with respect to the parameters.
  ///
  /// - Parameter tokens: n, real and greater than 0.
  /// - Returns: ∂S/∂p at n, in the order of `form.parameters`.
  /// - Complexity: O(1).
  func gradient(at tokens: Double) -> [Double]
}

/// Which way a curve goes.
public enum Trend: Sendable, Equatable {
  case increasing, constant, decreasing
  /// Up here and down there.
  case mixed
}

/// How a law's elasticity depends on n.
public enum ElasticityShape: Sendable, Equatable {
  /// Where the score is positive it is negative throughout, or never rises with n.
  case nonincreasing
  /// It is the rational function (a₀ + a₁·n) / (b₀ + b₁·n), with a positive denominator.
  case rational(numerator: (Double, Double), denominator: (Double, Double))
  /// Nothing is known.
  case unknown

  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.nonincreasing, .nonincreasing), (.unknown, .unknown): true
    case (.rational(let a, let b), .rational(let c, let d)): a == c && b == d
    default: false
    }
  }
}

/// A law's identifier and its parameters.
public struct LawForm: Sendable, Equatable {
  /// The identifier in documents: `power`, `regime`, …
  public let id: String
  /// The law's formula in the parameters' keys, for people.
  public let formula: String
  /// The free parameters, in the order of ``ScoreLaw/values``.
  public let parameters: [LawParameter]

  /// A form from its parts.
  public init(id: String, formula: String, parameters: [LawParameter]) {
    self.id = id
    self.formula = formula
    self.parameters = parameters
  }
}

/// One free parameter of a law.
public struct LawParameter: Sendable, Equatable {
  /// The values a parameter can take.
  public enum Domain: Sendable {
    /// Any finite number.
    case finite
    /// Finite and greater than 0.
    case positive
    /// Finite and at least 0.
    case nonNegative

    /// Whether the domain holds a value.
    public func contains(_ value: Double) -> Bool {
      guard value.isFinite else { return false }
      return switch self {
      case .finite: true
      case .positive: value > 0
      case .nonNegative: value >= 0
      }
    }
  }

  /// The key in documents and reports.
  public let key: String
  /// The values it can take.
  public let domain: Domain

  /// A parameter from its parts.
  public init(_ key: String, _ domain: Domain) {
    self.key = key
    self.domain = domain
  }
}

/// A parameter value outside its domain.
public struct InvalidLawParameter: Error, Sendable, Equatable {
  /// The law's identifier.
  public let form: String
  /// The parameter; `nil` when the number of values is wrong.
  public let parameter: LawParameter?
  /// The offending values: one, or all when their number is wrong.
  public let values: [Double]
}

extension ParametricLaw {
  /// Checks values against the form.
  ///
  /// - Throws: ``InvalidLawParameter`` for the first value outside its domain, or when their number
  ///   differs from the parameters'.
  static func validate(_ values: [Double]) throws(InvalidLawParameter) {
    guard values.count == form.parameters.count else {
      throw InvalidLawParameter(form: form.id, parameter: nil, values: values)
    }
    for (parameter, value) in zip(form.parameters, values)
    where !parameter.domain.contains(value) {
      throw InvalidLawParameter(form: form.id, parameter: parameter, values: [value])
    }
  }
}
