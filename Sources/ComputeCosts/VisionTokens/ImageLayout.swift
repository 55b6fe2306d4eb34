/// The size of an image in pixels.
public struct ImageSize: Sendable, Hashable, CustomStringConvertible {
  /// Pixels across, at least 1.
  public let width: Int
  /// Pixels down, at least 1.
  public let height: Int

  /// The longest side that is computed with: beyond any image, and far below where products of
  /// sides would not fit.
  public static let longestSide = 1_000_000_000

  /// A size; `nil` unless both sides are from 1 to ``longestSide``.
  public init?(width: Int, height: Int) {
    guard (1...Self.longestSide).contains(width), (1...Self.longestSide).contains(height) else {
      return nil
    }
    self.width = width
    self.height = height
  }

  /// As it is written: `1280x720`.
  public var description: String { "\(width)x\(height)" }
}

/// Pictures of one size that the encoder gets: whole images, tiles, crops or frames.
public struct EncoderInput: Sendable, Equatable {
  /// How many of them.
  public var count: Int
  /// Patches down each of them.
  public var rows: Int
  /// Patches across each of them.
  public var columns: Int
  /// Patches of nothing that the processor puts behind those of each of them, so that all have as many.
  public var padding: Int

  /// Inputs of one size.
  public init(count: Int = 1, rows: Int, columns: Int, padding: Int = 0) {
    precondition(
      count >= 0 && rows >= 1 && columns >= 1 && padding >= 0,
      "no encoder input: \(count) of \(rows)x\(columns), padded by \(padding)")
    self.padding = padding
    self.count = count
    self.rows = rows
    self.columns = columns
  }

  /// Patches of one of them.
  public var patches: Int { rows * columns }

  /// Patches of one of them with those of nothing.
  public var paddedPatches: Int { patches + padding }
}

/// What a processor makes of one image: what the encoder sees, and what reaches the language model.
public struct ImageLayout: Sendable, Equatable {
  /// Vision tokens n that reach the language model, or its cross-attention layers, newline and
  /// separator embeddings among them.
  public var tokens: Int

  /// Marker tokens of the text that the family adds for this image where they depend on the layout
  /// (row breaks, begin and end); 0 where there are none.
  public var extraTextTokens: Int = 0

  /// What the encoder runs on, without padding inputs; empty where that is not published.
  public var inputs: [EncoderInput]

  /// Inputs that hold padding only and are encoded all the same.
  public var paddingInputs: [EncoderInput] = []

  /// The whole image as resized, where a family resizes it as one.
  public var resized: ImageSize?

  /// The tiles, crops or frames that the image is cut into, without the thumbnail.
  public var grid: TileGrid?

  /// Whether a smaller copy of the whole image goes with the tiles.
  public var hasThumbnail = false

  /// A layout from what every family has.
  public init(tokens: Int, inputs: [EncoderInput]) {
    self.tokens = tokens
    self.inputs = inputs
  }

  /// Tiles, crops or frames with the thumbnail, without padding inputs.
  public var tiles: Int { inputs.reduce(0) { $0 + $1.count } }
}

/// How an image is cut into tiles.
public struct TileGrid: Sendable, Hashable {
  /// Tiles down.
  public var rows: Int
  /// Tiles across.
  public var columns: Int

  /// A grid of tiles.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}
