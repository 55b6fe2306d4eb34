/// A count as an exact function of the vision tokens n that one image gets:
/// fixed + perToken · n + perTokenSquared · n², and n(n + 1)/2 once more where ``addsPairs``.
public struct TokenPolynomial: Sendable, Equatable {
  /// The part that does not depend on n.
  public let fixed: Int128
  /// The coefficient of n.
  public let perToken: Int128
  /// The coefficient of n².
  public let perTokenSquared: Int128
  /// Whether n(n + 1)/2 is added: pairs under a causal mask that cost an odd number of operations each, whose
  /// coefficients of n and n² are halves.
  public let addsPairs: Bool

  /// A polynomial from its coefficients.
  public init(fixed: Int128 = 0, perToken: Int128 = 0, perTokenSquared: Int128 = 0) {
    self.init(fixed, perToken, perTokenSquared, addsPairs: false)
  }

  private init(
    _ fixed: Int128, _ perToken: Int128, _ perTokenSquared: Int128, addsPairs: Bool
  ) {
    self.fixed = fixed
    self.perToken = perToken
    self.perTokenSquared = perTokenSquared
    self.addsPairs = addsPairs
  }

  /// `pair · n(n + 1)/2`: what n positions under a causal mask cost, each of whose pairs costs `pair`.
  init(pairs pair: Int128) {
    self.init(0, pair >> 1, pair >> 1, addsPairs: pair & 1 == 1)
  }

  /// Whether no coefficient is negative; the count then never falls when n grows.
  var isNonNegative: Bool { fixed >= 0 && perToken >= 0 && perTokenSquared >= 0 }

  /// The count at n tokens.
  ///
  /// - Parameter tokens: n, at least 0.
  /// - Throws: ``CountOverflow`` past 1.7e38.
  /// - Complexity: O(1).
  public func value(at tokens: Int) throws(CountOverflow) -> Int128 {
    precondition(tokens >= 0, "tokens must be at least 0, found \(tokens)")
    let n = Int128(tokens)
    let whole = try perTokenSquared.times(n).plus(perToken).times(n).plus(fixed)
    return addsPairs ? try whole.plus(n.times(n + 1) / 2) : whole
  }

  /// The polynomial of p(slope · n + offset): a count over a prompt whose length grows with n.
  func composed(slope: Int128, offset: Int128) throws(CountOverflow) -> TokenPolynomial {
    let whole = TokenPolynomial(
      fixed: try perTokenSquared.times(offset).plus(perToken).times(offset).plus(fixed),
      perToken: try perTokenSquared.times(2).times(offset).plus(perToken).times(slope),
      perTokenSquared: try perTokenSquared.times(slope).times(slope))
    guard addsPairs else { return whole }
    // (s·n + o)(s·n + o + 1)/2 = s²·n(n + 1)/2 + s(2·o + 1 − s)/2·n + o(o + 1)/2, each of them whole.
    let rest = TokenPolynomial(
      fixed: try offset.times(offset.plus(1)) / 2,
      perToken: try slope.times(offset.times(2).plus(1).plus(-slope)) / 2)
    return try whole.plus(TokenPolynomial(pairs: slope.times(slope))).plus(rest)
  }

  /// The sum of two polynomials.
  func plus(_ other: TokenPolynomial) throws(CountOverflow) -> TokenPolynomial {
    // Twice n(n + 1)/2 is n² + n.
    let carry: Int128 = addsPairs && other.addsPairs ? 1 : 0
    return TokenPolynomial(
      try fixed.plus(other.fixed), try perToken.plus(other.perToken).plus(carry),
      try perTokenSquared.plus(other.perTokenSquared).plus(carry),
      addsPairs: addsPairs != other.addsPairs)
  }

  /// Every coefficient times a factor.
  func times(_ factor: Int128) throws(CountOverflow) -> TokenPolynomial {
    let whole = TokenPolynomial(
      fixed: try fixed.times(factor), perToken: try perToken.times(factor),
      perTokenSquared: try perTokenSquared.times(factor))
    return addsPairs ? try whole.plus(TokenPolynomial(pairs: factor)) : whole
  }
}
