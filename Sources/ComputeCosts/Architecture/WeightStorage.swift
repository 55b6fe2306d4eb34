/// How the weights of a model are stored, part by part: quantised checkpoints leave some parts as they were.
public struct WeightStorage: Sendable, Equatable {
  /// Of the encoder.
  public var encoder: DataType
  /// Of the connector.
  public var connector: DataType
  /// Of the language model's layers.
  public var layers: DataType
  /// Of the input embedding.
  public var embedding: DataType
  /// Of the output head, where it does not share the embedding's weights.
  public var head: DataType

  /// All parts stored alike.
  public init(_ type: DataType) {
    (encoder, connector, layers, embedding, head) = (type, type, type, type, type)
  }

  /// The parts in their order, with what documents call them.
  public static var parts: [(name: String, type: WritableKeyPath<WeightStorage, DataType>)] {
    [
      ("encoder", \.encoder), ("connector", \.connector), ("layers", \.layers),
      ("embedding", \.embedding), ("head", \.head),
    ]
  }

  /// The type that all parts have; `nil` where they differ.
  public var single: DataType? {
    Self.parts.allSatisfy { self[keyPath: $0.type] == layers } ? layers : nil
  }

  /// `bf16`, or by part where they differ: `layers int4; encoder, connector, embedding, head bf16`.
  package var words: String {
    if let single { return single.rawValue }
    let types = [layers] + DataType.allCases.filter { $0 != layers }
    return types.compactMap { type in
      let names = Self.parts.filter { self[keyPath: $0.type] == type }.map(\.name)
      return names.isEmpty ? nil : names.joined(separator: ", ") + " " + type.rawValue
    }.joined(separator: "; ")
  }
}
