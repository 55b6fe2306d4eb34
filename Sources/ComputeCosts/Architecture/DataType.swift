/// How a number is stored.
public enum DataType: String, Sendable, CaseIterable {
  case int4, fp4, int8, fp8, bf16, fp16, fp32

  /// Bits of one number. The scales of quantised formats are not counted.
  var bits: Int {
    switch self {
    case .int4, .fp4: 4
    case .int8, .fp8: 8
    case .bf16, .fp16: 16
    case .fp32: 32
    }
  }

  /// Bytes of numbers stored side by side, rounded up.
  public func bytes(of count: Int128) throws(CountOverflow) -> Int128 {
    try count.times(Int128(bits)).plus(7) / 8
  }
}
