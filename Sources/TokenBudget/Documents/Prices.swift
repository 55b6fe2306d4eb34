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
