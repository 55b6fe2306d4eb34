/// The units of one dimension.
package struct UnitTable: Sendable {
  /// One unit: `multiplier · 10^powerOfTen` of the dimension's base unit.
  package struct Unit: Sendable, Equatable {
    /// How it is written.
    package let symbol: String
    /// The factor's integer part, a power of two for binary prefixes.
    package let multiplier: Int128
    /// The factor's decimal scale.
    package let powerOfTen: Int

    /// A unit from its parts.
    package init(_ symbol: String, multiplier: Int128 = 1, powerOfTen: Int = 0) {
      self.symbol = symbol
      self.multiplier = multiplier
      self.powerOfTen = powerOfTen
    }
  }

  /// What the units measure, in words: "compute".
  package let dimension: String
  /// A well-formed quantity, for messages.
  package let example: String
  /// The units, in the order that messages list them.
  package let units: [Unit]

  /// A table from its parts.
  package init(dimension: String, example: String, units: [Unit]) {
    self.dimension = dimension
    self.example = example
    self.units = units
  }

  /// The symbols, in order.
  package var symbols: [String] { units.map(\.symbol) }

  /// The unit with exactly this symbol. Case matters: mB is not MB.
  package func unit(_ symbol: String) -> Unit? { units.first { $0.symbol == symbol } }
}

/// A number and the unit it was written with.
package struct Quantity: Sendable, Equatable {
  /// The number as written.
  package let decimal: ExactDecimal
  /// Its unit.
  package let unit: UnitTable.Unit

  /// A quantity from its parts.
  package init(decimal: ExactDecimal, unit: UnitTable.Unit) {
    self.decimal = decimal
    self.unit = unit
  }

  /// The quantity in the dimension's base unit, fractions dropped towards negative infinity.
  ///
  /// - Returns: `nil` when it does not fit.
  package var roundedDownInBaseUnit: Int128? {
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
