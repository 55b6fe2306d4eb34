/// A count as an exact function of the vision tokens n that one image gets:
/// fixed + perToken · n + perTokenSquared · n².
///
/// All coefficients are at least 0, so the count never falls when n grows.
public struct TokenPolynomial: Sendable, Equatable {
  /// The part that does not depend on n.
  public let fixed: Int128
  /// The coefficient of n.
  public let perToken: Int128
  /// The coefficient of n².
  public let perTokenSquared: Int128

  /// A polynomial from its coefficients, each at least 0.
  public init(fixed: Int128 = 0, perToken: Int128 = 0, perTokenSquared: Int128 = 0) {
    precondition(
      fixed >= 0 && perToken >= 0 && perTokenSquared >= 0,
      "coefficients must be at least 0, found \(fixed), \(perToken), \(perTokenSquared)")
    self.fixed = fixed
    self.perToken = perToken
    self.perTokenSquared = perTokenSquared
  }

  /// The count at n tokens.
  ///
  /// - Parameter tokens: n, at least 0.
  /// - Throws: ``CountOverflow`` past 1.7e38. Where some n succeeds, every smaller one does.
  /// - Complexity: O(1).
  public func value(at tokens: Int) throws(CountOverflow) -> Int128 {
    precondition(tokens >= 0, "tokens must be at least 0, found \(tokens)")
    let n = Int128(tokens)
    return try perTokenSquared.times(n).plus(perToken).times(n).plus(fixed)
  }

  /// The polynomial of (slope · n + offset) · `count`: what each position costs, summed over a
  /// prompt whose length grows with n.
  static func linear(
    _ count: Int128, slope: Int128, offset: Int128
  ) throws(CountOverflow) -> TokenPolynomial {
    TokenPolynomial(fixed: try count.times(offset), perToken: try count.times(slope))
  }

  /// The polynomial of (slope · n + offset)² · `count`.
  static func square(
    _ count: Int128, slope: Int128, offset: Int128
  ) throws(CountOverflow) -> TokenPolynomial {
    TokenPolynomial(
      fixed: try count.times(offset).times(offset),
      perToken: try count.times(2).times(slope).times(offset),
      perTokenSquared: try count.times(slope).times(slope))
  }

  /// The sum of two polynomials.
  func plus(_ other: TokenPolynomial) throws(CountOverflow) -> TokenPolynomial {
    TokenPolynomial(
      fixed: try fixed.plus(other.fixed), perToken: try perToken.plus(other.perToken),
      perTokenSquared: try perTokenSquared.plus(other.perTokenSquared))
  }

  /// Every coefficient times a factor of at least 0.
  func times(_ factor: Int128) throws(CountOverflow) -> TokenPolynomial {
    TokenPolynomial(
      fixed: try fixed.times(factor), perToken: try perToken.times(factor),
      perTokenSquared: try perTokenSquared.times(factor))
  }
}
