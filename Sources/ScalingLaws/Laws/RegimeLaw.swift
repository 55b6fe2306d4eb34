import RealModule

/// The paper's law with its two regimes,
/// S(n) = c · [n (n + n_balance) / (1 + n_balance)]^(β/2).
///
/// Well below n_balance the score grows like n^(β/2), the **sublinear** regime; well above it like
/// n^β, the **linear** one. At n_balance the elasticity is 3β/4. With n_balance = 0 this is the
/// power law of exponent β, and for n_balance → ∞ that of β/2: a power law alone cannot tell the
/// two apart.
///
/// - Source: Li et al., JMLR 26(253), 2025, with S ∝ √Υ^β and Υ ∝ n (n + n_balance); derivation in
///   `docs/model.md`.
public struct RegimeLaw: ParametricLaw {
  public static let form = LawForm(
    id: "regime", formula: "c * (n * (n + n_balance) / (1 + n_balance))^(beta / 2)",
    parameters: [
      LawParameter("c", .positive), LawParameter("beta", .nonNegative),
      LawParameter("n_balance", .nonNegative),
    ])

  /// The score at one token, S(1).
  public let c: Double
  /// β, the elasticity for many tokens.
  public let beta: Double
  /// The token count at which both terms of Υ are equal.
  public let nBalance: Double

  /// A regime law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` unless c > 0, β ≥ 0 and n_balance ≥ 0, all finite.
  public init(c: Double, beta: Double, nBalance: Double) throws(InvalidLawParameter) {
    try self.init(values: [c, beta, nBalance])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    c = values[0]
    beta = values[1]
    nBalance = values[2]
  }

  public var values: [Double] { [c, beta, nBalance] }

  public func score(at tokens: Double) -> Double {
    // The quotient is taken before the product: n (n + n_balance) would overflow first.
    c * Double.pow(tokens * ((tokens + nBalance) / (1 + nBalance)), beta / 2)
  }

  public func elasticity(at tokens: Double) -> Double {
    beta / 2 * (1 + tokens / (tokens + nBalance))
  }

  /// The exponent of the paper's spelling S(n) = c / n^α(n),
  /// α(n) = −(β/2) · (1 + ln[(n + n_balance)/(1 + n_balance)] / ln n).
  ///
  /// - Parameter tokens: n, real and greater than 0.
  /// - Returns: α(n); at n = 1 its limit −(β/2)(1 + 1/(1 + n_balance)).
  public func alpha(at tokens: Double) -> Double {
    let step = tokens - 1
    guard step != 0 else { return -beta / 2 * (1 + 1 / (1 + nBalance)) }
    return -beta / 2 * (1 + Double.log(onePlus: step / (1 + nBalance)) / Double.log(onePlus: step))
  }

  public func gradient(at tokens: Double) -> [Double] {
    let score = score(at: tokens)
    let growth = Double.log(tokens * ((tokens + nBalance) / (1 + nBalance))) / 2
    let shift = beta / 2 * (1 / (tokens + nBalance) - 1 / (1 + nBalance))
    return [score / c, score * growth, score * shift]
  }

  public func tokens(reaching score: Double) -> Double? {
    guard score > 0, beta > 0 else { return nil }
    // n² + n_balance·n = q. The root is written without the difference of near-equal numbers, and
    // in halves so that squares overflow only where the answer would.
    let product = (1 + nBalance) * Double.pow(score / c, 2 / beta)
    let half = nBalance / 2
    return finitePositive(product / (half + Double.hypot(half, product.squareRoot())))
  }

  public var trend: Trend { beta > 0 ? .increasing : .constant }

  public var elasticityShape: ElasticityShape {
    // Scaled to a denominator of 1 at n = 1, so that a huge n_balance overflows nowhere.
    let scale = 1 / (1 + nBalance)
    let balance = nBalance / (1 + nBalance)
    return .rational(
      numerator: (beta / 2 * balance, beta * scale), denominator: (balance, scale))
  }
}

extension RegimeLaw: SeparableLaw {
  static func problem(on design: Design, _ scale: ResidualScale) -> SeparableProblem {
    let axis = SeparableProblem.Axis.logBalance(on: design)
    let count = design.tokens.count
    switch scale {
    case .logScore:
      return SeparableProblem(
        .line(isLevelNonNegative: false, isSlopeNonNegative: true), over: axis
      ) { theta, curve in
        for i in 0..<count {
          (curve[i], curve[count + i]) = design.growth(logBalance: theta[0], of: axis, at: i)
        }
      }
    case .score:
      // S = S(last) · e^(G (g − 1)), g the growth of ln S as a share of that over the range.
      let (first, last) = design.ends
      return SeparableProblem(.scale(base: 0), over: axis, .nonNegativeGain) { theta, curve in
        let low = design.growth(logBalance: theta[0], of: axis, at: first)
        let high = design.growth(logBalance: theta[0], of: axis, at: last)
        let (width, widening) = (high.value - low.value, high.slope - low.slope)
        for i in 0..<count {
          let growth = design.growth(logBalance: theta[0], of: axis, at: i)
          let distance = (growth.value - high.value) / width
          curve[i] = Double.exp(theta[1] * distance)
          curve[count + i] =
            curve[i] * theta[1] * (growth.slope - high.slope - distance * widening) / width
          curve[2 * count + i] = curve[i] * distance
        }
      }
    }
  }

  static func values(
    of fit: SeparableFit, on design: Design, _ scale: ResidualScale
  ) -> [Double] {
    let axis = SeparableProblem.Axis.logBalance(on: design)
    // The upper end of the axis stands for infinity, which no parameter can be: the largest double
    // whose square is one gives the same scores there.
    let logBalance = fit.theta[0]
    let nBalance =
      logBalance <= axis.lower ? 0 : logBalance >= axis.upper ? 1e150 : Double.exp(logBalance)
    switch scale {
    case .logScore: return [Double.exp(fit.linear[0]), fit.linear[1], nBalance]
    case .score:
      let (first, last) = design.ends
      let low = design.growth(logBalance: logBalance, of: axis, at: first).value
      let high = design.growth(logBalance: logBalance, of: axis, at: last).value
      let beta = fit.theta[1] / (high - low)
      return [fit.linear[1] * Double.exp(-beta * high), beta, nBalance]
    }
  }

  static var limits: [any ParametricLaw.Type] { [PowerLaw.self, ConstantLaw.self] }

  /// β is not negative: a falling power law is no limit.
  static func canTurnInto(_ law: any ParametricLaw) -> Bool {
    (law as? PowerLaw).map { $0.alpha <= 0 } ?? true
  }
}
