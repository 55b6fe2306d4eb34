/// How a processor turns the size of an image into vision tokens, with its settings fixed.
public protocol TokenRule: Sendable {
  /// What becomes of one image.
  ///
  /// - Parameter image: Its size.
  /// - Throws: ``UnusableImage`` where the reference implementation refuses the image too.
  /// - Complexity: O(1) or O(settings), a microsecond at most.
  func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout

  /// The token counts that a choice of processor settings gives, each with its setting, fewest
  /// tokens first, no count twice.
  ///
  /// - Parameter image: The image to give them for; `nil` for what the model can be set to at all:
  ///   any number of tiles, and square images where the shape decides.
  /// - Throws: ``UnusableImage`` where the reference implementation refuses the image too.
  func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget]
}

/// A token count that a processor can be set to.
public struct ProcessorBudget: Sendable, Equatable {
  /// The processor's setting under its published name, such as `max_pixels: 50176`; `nil` where the
  /// count is fixed.
  public var setting: String?
  /// What becomes of the image under it.
  public var layout: ImageLayout

  /// Vision tokens of an image.
  public var tokens: Int { layout.tokens }

  /// A budget from its parts.
  public init(setting: String?, layout: ImageLayout) {
    self.setting = setting
    self.layout = layout
  }

  /// Budgets with the fewest tokens first; of several with the same count the first stays.
  static func ordered(_ budgets: [ProcessorBudget]) -> [ProcessorBudget] {
    var seen: Set<Int> = []
    return budgets.filter { seen.insert($0.tokens).inserted }.sorted { $0.tokens < $1.tokens }
  }
}

/// An image that a processor refuses.
public struct UnusableImage: Error, Sendable, Equatable {
  /// The image.
  public let image: ImageSize
  /// Why, in a clause without a full stop: "its aspect ratio 250 is 200 or more".
  public let reason: String

  /// A refusal.
  public init(_ image: ImageSize, _ reason: String) {
    self.image = image
    self.reason = reason
  }
}
