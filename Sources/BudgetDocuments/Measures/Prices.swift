import ComputeCosts

/// What is paid, in the user's currency.
public struct Prices: Sendable, Equatable {
  /// For one device and hour.
  public var perDeviceHour: Double?
  /// For a million tokens of the prompt.
  public var perMillionInput: Double?
  /// For a million tokens generated.
  public var perMillionOutput: Double?

  /// Nothing paid yet.
  public init(
    perDeviceHour: Double? = nil, perMillionInput: Double? = nil, perMillionOutput: Double? = nil
  ) {
    self.perDeviceHour = perDeviceHour
    self.perMillionInput = perMillionInput
    self.perMillionOutput = perMillionOutput
  }
}

extension Prices {
  /// What a batch is paid; `nil` where no price applies.
  ///
  /// - Parameter seconds: Asked for only where an hour is paid; `nil` where no time is known.
  package func amount(
    seconds: @autoclosure () -> Double?, devices: Int, prompt: Int128, output: Int, batch: Int
  ) -> Double? {
    var sum: Double?
    if let perDeviceHour, let seconds = seconds() {
      sum = perDeviceHour * Double(devices) * seconds / 3600
    }
    if let perMillionInput {
      sum = (sum ?? 0) + perMillionInput * Double(nearest: prompt) * Double(batch) / 1e6
    }
    if let perMillionOutput {
      sum = (sum ?? 0) + perMillionOutput * Double(output) * Double(batch) / 1e6
    }
    return sum
  }
}
