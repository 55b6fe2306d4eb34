/// A generator whose sequence depends on its seed alone, on every platform.
///
/// SplitMix64: a Weyl sequence through a 64-bit mixer.
///
/// - Source: Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014,
///   doi:10.1145/2660193.2660195.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator at the start of the sequence of this seed.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number whose logarithm is uniform between those of the bounds.
  public mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
    var ratio = range.upperBound / range.lowerBound
    var steps = 0
    // Repeated square roots replace a logarithm, so this target needs no maths library: the
    // exponent's fraction is drawn bit by bit.
    var value = range.lowerBound
    while steps < 40 {
      ratio = ratio.squareRoot()
      if Bool.random(using: &self) { value *= ratio }
      steps += 1
    }
    return value
  }

  /// Bytes with a few of them replaced, removed, added or cut off.
  ///
  /// - Parameters:
  ///   - bytes: Where to start from.
  ///   - alphabet: The bytes to put in; not empty.
  public mutating func mutated(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &self) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &self)]
      switch Int.random(in: 0..<10, using: &self) {
      case 0: bytes = Array(bytes[..<place])
      case 1...3 where place < bytes.count: bytes[place] = byte
      case 4...6 where place < bytes.count: bytes.remove(at: place)
      default: bytes.insert(byte, at: place)
      }
    }
    return bytes
  }
}
