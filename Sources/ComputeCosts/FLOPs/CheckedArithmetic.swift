/// A count that passes what `Int128` can hold, 1.7e38.
public struct CountOverflow: Error, Sendable, Equatable {
  /// An overflow.
  public init() {}
}

extension Int128 {
  /// The sum, or an error where it does not fit.
  func plus(_ other: Int128) throws(CountOverflow) -> Int128 {
    let (sum, overflow) = addingReportingOverflow(other)
    guard !overflow else { throw CountOverflow() }
    return sum
  }

  /// The product, or an error where it does not fit.
  func times(_ other: Int128) throws(CountOverflow) -> Int128 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    guard !overflow else { throw CountOverflow() }
    return product
  }

  /// The product of several counts, or an error where it does not fit.
  static func product(_ factors: Int...) throws(CountOverflow) -> Int128 {
    var result: Int128 = 1
    for factor in factors { result = try result.times(Int128(factor)) }
    return result
  }
}
