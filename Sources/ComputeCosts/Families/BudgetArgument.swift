/// The argument of a family's processor that bounds the tokens of an image: what it is called where
/// servers take it, and what its number counts.
///
/// What the number means in tokens follows from the family's settings.
public enum BudgetArgument: Sendable, Equatable {
  /// A key, and the keys that stand beside it in published files.
  public struct Key: Sendable, Equatable {
    /// The key.
    public let name: String
    /// Its neighbours.
    public let beside: [String]

    /// A key with its neighbours.
    public init(_ name: String, beside: [String] = []) {
      self.name = name
      self.beside = beside
    }
  }

  /// Pixels of an image, of which each cell of the setting `factor` squared is a token; and the fewest.
  case pixels(most: String, least: String)
  /// Tiles of `tokens_per_tile` tokens. The processor's file has another key than servers take, or none.
  case tiles(argument: Key, file: Key?)
  /// Crops of `tokens_per_image` tokens beside the whole, and the flag that switches them on.
  case crops(Key, isOn: String)
  /// Tokens, of which only some counts are offered.
  case softTokens(String, among: [Int])
  /// Pixels along the longest edge of an image that is split into frames of `max_image_size` pixels, at
  /// a path of keys.
  case longestEdge([String])
}
