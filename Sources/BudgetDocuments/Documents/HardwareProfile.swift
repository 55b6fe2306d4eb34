import ComputeCosts
import SourceText

/// What an accelerator can do, by its vendor's data sheet.
public struct HardwareProfile: Document {
  public static let kind = DocumentKind.hardwareProfile

  public var id: String
  public var title: String?
  /// The numbers.
  public var accelerator: Accelerator
  /// Where the numbers come from.
  public var source: Source?
  public var reading = DocumentReading.none

  /// A profile made in code.
  public init(id: String, title: String? = nil, accelerator: Accelerator, source: Source? = nil) {
    self.id = id
    self.title = title
    self.accelerator = accelerator
    self.source = source
  }

  public static func decode(_ root: Field) -> HardwareProfile? {
    guard var reader = root.mapping(), let header = DocumentHeader.read(&reader, kind: kind)
    else { return nil }
    let memory = reader.required("memory").flatMap(decodeMemory)
    let peak = reader.required("peak").flatMap(decodePeak)
    let powerField = reader.optional("power")
    let power = powerField.flatMap { $0.positive(Units.power) }
    let source = reader.optional("source").flatMap(Source.decode)
    reader.finish()
    if source == nil, !root.sink.hasErrors {
      root.sink.warn(
        .hardwareNoSource, "the hardware profile does not say where its numbers come from", at: nil,
        suggestion: "cite the data sheet: 'source: { cite: … }'")
    }
    guard !root.sink.hasErrors, let memory, let peak else { return nil }
    return HardwareProfile(
      id: header.id, title: header.title,
      accelerator: Accelerator(
        memoryBytes: memory.capacity, bandwidth: memory.bandwidth, peak: peak, watts: power),
      source: source)
  }

  private static func decodeMemory(_ field: Field) -> (capacity: Double, bandwidth: Double)? {
    guard var reader = field.mapping() else { return nil }
    let capacity = reader.required("capacity").flatMap { $0.positive(Units.memory) }
    let bandwidth = reader.required("bandwidth").flatMap { $0.positive(Units.bandwidth) }
    reader.finish()
    guard let capacity, let bandwidth else { return nil }
    return (capacity, bandwidth)
  }

  private static func decodePeak(_ field: Field) -> [DataType: Double]? {
    guard var reader = field.mapping() else { return nil }
    var rates: [DataType: Double] = [:]
    for type in DataType.allCases {
      guard let rate = reader.optional(type.rawValue) else { continue }
      if let value = rate.positive(Units.rate) { rates[type] = value }
    }
    // Written in data sheets, and no storage type here.
    if let rate = reader.optional("tf32") { _ = rate.positive(Units.rate) }
    reader.finish()
    if rates.isEmpty, !field.sink.hasErrors {
      field.report(.tooFewItems, "\(field.name) must have the rate of one data type at least")
    }
    return rates.isEmpty ? nil : rates
  }
}

extension Diagnostic.Code {
  /// A hardware profile does not say where its numbers come from.
  public static let hardwareNoSource = Self("hardware.no-source")
}
