extension WeightStorage {
  /// Bytes of parameters: those of one type lie side by side, each type's rounded up.
  ///
  /// - Throws: ``CountOverflow``.
  public func bytes(of parameters: ParameterCounts) throws(CountOverflow) -> Int128 {
    try Self.bytes(of: [
      (parameters.visionEncoder, encoder), (parameters.connector, connector),
      (parameters.languageLayers, layers), (parameters.embedding, embedding),
      (parameters.head, head), (parameters.idle, encoder),
    ])
  }

  /// Bytes of numbers, those of one type side by side.
  static func bytes(of counts: [(Int128, DataType)]) throws(CountOverflow) -> Int128 {
    var total: Int128 = 0
    for type in DataType.allCases {
      var count: Int128 = 0
      for (number, stored) in counts where stored == type { count = try count.plus(number) }
      total = try total.plus(type.bytes(of: count))
    }
    return total
  }
}
