/// The units of one dimension.
public struct UnitTable: Sendable {
  /// One unit: `multiplier · 10^powerOfTen` of the dimension's base unit.
  public struct Unit: Sendable, Equatable {
    /// How it is written.
    public let symbol: String
    /// The factor's integer part, a power of two for binary prefixes.
    public let multiplier: Int128
    /// The factor's decimal scale.
    public let powerOfTen: Int

    /// A unit from its parts.
    public init(_ symbol: String, multiplier: Int128 = 1, powerOfTen: Int = 0) {
      self.symbol = symbol
      self.multiplier = multiplier
      self.powerOfTen = powerOfTen
    }
  }

  /// What the units measure, in words: "compute".
  public let dimension: String
  /// A well-formed quantity, for messages.
  public let example: String
  /// The units, in the order that messages list them.
  public let units: [Unit]

  /// A table from its parts.
  public init(dimension: String, example: String, units: [Unit]) {
    self.dimension = dimension
    self.example = example
    self.units = units
  }

  /// The symbols, in order.
  public var symbols: [String] { units.map(\.symbol) }

  /// The unit with exactly this symbol. Case matters: mB is not MB.
  public func unit(_ symbol: String) -> Unit? { units.first { $0.symbol == symbol } }
}

/// A number and the unit it was written with.
public struct Quantity: Sendable, Equatable {
  /// The number as written.
  public let decimal: ExactDecimal
  /// Its unit.
  public let unit: UnitTable.Unit

  /// A quantity from its parts.
  public init(decimal: ExactDecimal, unit: UnitTable.Unit) {
    self.decimal = decimal
    self.unit = unit
  }

  /// The quantity in the dimension's base unit, fractions dropped towards negative infinity.
  ///
  /// - Returns: `nil` when it does not fit.
  public var roundedDownInBaseUnit: Int128? {
    decimal.scaledInteger(
      multiplier: unit.multiplier, powerOfTen: unit.powerOfTen, rounding: .down)
  }

  /// Splits `5 TFLOP` into its number and its unit; the blank may be left out.
  ///
  /// An `E` belongs to the number only where digits follow it: `5EFLOP` is 5 exaFLOP.
  static func split(_ text: String) -> (number: String, symbol: String) {
    let bytes = Array(text.utf8)
    var index = 0
    func isSign(_ index: Int) -> Bool {
      index < bytes.count && (bytes[index] == 0x2B || bytes[index] == 0x2D)
    }
    func isDigit(_ index: Int) -> Bool { index < bytes.count && 0x30...0x39 ~= bytes[index] }
    if isSign(index) { index += 1 }
    while isDigit(index) || (index < bytes.count && bytes[index] == 0x2E) { index += 1 }
    if index < bytes.count, bytes[index] | 0x20 == 0x65 {
      let exponent = isSign(index + 1) ? index + 2 : index + 1
      if isDigit(exponent) {
        index = exponent
        while isDigit(index) { index += 1 }
      }
    }
    let symbol = bytes[index...].drop { $0 == 0x20 || $0 == 0x09 }
    return (
      String(decoding: bytes[..<index], as: UTF8.self), String(decoding: symbol, as: UTF8.self)
    )
  }
}
