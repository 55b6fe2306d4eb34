/// What a processor for matrices can do, by its data sheet.
public struct Accelerator: Sendable, Equatable {
  /// Bytes of memory.
  public let memoryBytes: Double
  /// Bytes a second between memory and processor.
  public let bandwidth: Double
  /// Dense FLOPs a second by data type; a type that is missing has no known rate.
  public let peak: [DataType: Double]
  /// Watts of the board; `nil` where the vendor states none.
  public let watts: Double?

  /// An accelerator from its data sheet; all numbers greater than 0.
  public init(
    memoryBytes: Double, bandwidth: Double, peak: [DataType: Double], watts: Double?
  ) {
    precondition(memoryBytes > 0 && bandwidth > 0 && peak.values.allSatisfy { $0 > 0 })
    precondition(watts.map { $0 > 0 } ?? true, "a power of \(watts ?? 0) watts")
    self.memoryBytes = memoryBytes
    self.bandwidth = bandwidth
    self.peak = peak
    self.watts = watts
  }

  /// The type that products are computed in when weights are stored as `type`, and its rate.
  ///
  /// Weights of 4 or 8 integer bits are widened before the product; fp4 and fp8 are computed as such where
  /// there is a rate for it.
  public func rate(forWeights type: DataType) -> (type: DataType, flopsPerSecond: Double)? {
    let candidates: [DataType] =
      switch type {
      case .fp32: [.fp32]
      case .fp16: [.fp16, .bf16, .fp32]
      case .fp4: [.fp4, .bf16, .fp16, .fp32]
      case .fp8: [.fp8, .bf16, .fp16, .fp32]
      case .bf16, .int8, .int4: [.bf16, .fp16, .fp32]
      }
    for candidate in candidates {
      if let rate = peak[candidate] { return (candidate, rate) }
    }
    return nil
  }
}

/// How much of the data sheet is reached.
public struct Utilization: Sendable, Equatable {
  /// Model FLOP utilization: the part of the peak rate that is reached where arithmetic limits.
  public var mfu: Double
  /// Model bandwidth utilization: the part of the bandwidth that is reached where memory limits.
  public var mbu: Double

  /// Parts from above 0 to 1.
  public init(mfu: Double, mbu: Double) {
    precondition(mfu > 0 && mfu <= 1 && mbu > 0 && mbu <= 1, "utilization \(mfu), \(mbu)")
    self.mfu = mfu
    self.mbu = mbu
  }

  /// What well-kept serving software often reaches: an assumption, not a measurement.
  public static let assumed = Utilization(mfu: 0.5, mbu: 0.7)
}
