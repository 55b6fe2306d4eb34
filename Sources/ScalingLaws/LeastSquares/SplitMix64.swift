import RealModule

/// A small generator of random numbers whose sequence is part of the results' definition.
///
/// - Source: Steele, Lea and Flood, OOPSLA 2014, doi:10.1145/2660193.2660195.
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number from 0 up to a bound, by the high half of a product.
  public mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number between 0 and 1, neither of them.
  mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// A standard normal number, by Box and Muller's transform of two uniform ones.
  public mutating func normal() -> Double {
    let radius = (-2 * Double.log(uniform())).squareRoot()
    return radius * Double.cos(2 * .pi * uniform())
  }

  /// √(ν/χ²) for a χ² of ν degrees of freedom: the square root of ν over the sum of ν squared normal
  /// numbers, pairs of which are exponential.
  mutating func studentScale(_ freedom: Int) -> Double {
    guard freedom >= 1 else { return 1 }
    var sum = 0.0
    for _ in 0..<(freedom / 2) { sum -= 2 * Double.log(uniform()) }
    if freedom % 2 == 1 {
      let cosine = Double.cos(2 * .pi * uniform())
      sum -= 2 * Double.log(uniform()) * cosine * cosine
    }
    return (Double(freedom) / sum).squareRoot()
  }
}
