/// A count as an exact function of the vision tokens n that one image gets:
/// fixed + perToken · n + perTokenSquared · n².
public struct TokenPolynomial: Sendable, Equatable {
  /// The part that does not depend on n.
  public let fixed: Int128
  /// The coefficient of n.
  public let perToken: Int128
  /// The coefficient of n².
  public let perTokenSquared: Int128

  /// A polynomial from its coefficients.
  public init(fixed: Int128 = 0, perToken: Int128 = 0, perTokenSquared: Int128 = 0) {
    self.fixed = fixed
    self.perToken = perToken
    self.perTokenSquared = perTokenSquared
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
    return try perTokenSquared.times(n).plus(perToken).times(n).plus(fixed)
  }

  /// The polynomial of p(slope · n + offset): a count over a prompt whose length grows with n.
  func composed(slope: Int128, offset: Int128) throws(CountOverflow) -> TokenPolynomial {
    TokenPolynomial(
      fixed: try perTokenSquared.times(offset).plus(perToken).times(offset).plus(fixed),
      perToken: try perTokenSquared.times(2).times(offset).plus(perToken).times(slope),
      perTokenSquared: try perTokenSquared.times(slope).times(slope))
  }

  /// The sum of two polynomials.
  func plus(_ other: TokenPolynomial) throws(CountOverflow) -> TokenPolynomial {
    TokenPolynomial(
      fixed: try fixed.plus(other.fixed), perToken: try perToken.plus(other.perToken),
      perTokenSquared: try perTokenSquared.plus(other.perTokenSquared))
  }

  /// Every coefficient times a factor.
  func times(_ factor: Int128) throws(CountOverflow) -> TokenPolynomial {
    TokenPolynomial(
      fixed: try fixed.times(factor), perToken: try perToken.times(factor),
      perTokenSquared: try perTokenSquared.times(factor))
  }
}
