/// The largest processor settings that are computed with: beyond any published model, and small
/// enough that no product of sides overflows and no search takes long.
public enum ProcessorLimits {
  /// Pixels along a tile, a patch or a longest edge.
  public static let side = 1 << 14
  /// Patches along the side of what becomes one token.
  public static let merge = 16
  /// Tiles, crops, frames or pinpoints of an image.
  public static let tiles = 128
  /// Tokens of one tile or image that are set rather than computed.
  public static let tokens = 1 << 16
  /// Frames that a patch spans.
  public static let frames = 8
  /// Pixels of a resized image.
  public static let pixels = 1 << 28
}
