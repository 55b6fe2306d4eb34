import ComputeCosts

/// What the number behind a budget's key counts, in words for messages.
public enum BudgetUnit: String, Sendable, CustomStringConvertible {
  case pixels
  case pixelsASide = "pixels a side"
  case pixelsAlongTheLongestEdge = "pixels along the longest edge"
  case tokens
  case softTokens = "soft tokens"
  case tiles
  case crops
  case cropsWorthOfTokens = "crops' worth of tokens"
  case canvases

  public var description: String { rawValue }
}

/// What the number behind a key means: how many vision tokens an image may get under it, and the
/// other way round.
package struct BudgetScale: Sendable {
  /// What is counted.
  let unit: BudgetUnit
  /// Side of the square of pixels that becomes a token, where the number is a number of pixels or the
  /// side of a square.
  let cell: Int?
  /// The most tokens that any image gets under a value; `nil` for a value that the processor refuses
  /// or that is between two of its steps.
  let tokens: @Sendable (Int) -> Int?
  /// The largest value under which no image gets more tokens; `nil` where even the smallest gives more.
  let value: @Sendable (Int) -> Int?
  /// Tokens under the smallest value.
  let least: Int

  /// The most tokens that any image gets under a value of the key.
  ///
  /// - Returns: `nil` for a value that is not on the scale.
  package func tokens(under value: Int) -> Int? { tokens(value) }

  /// The largest value of the key under which no image gets more than `tokens`.
  package func value(forAtMost tokens: Int) -> Int? { value(tokens) }

  /// Pixels of an image: one token for each whole `cell` × `cell`.
  static func pixels(cell: Int) -> BudgetScale {
    let area = cell * cell
    return BudgetScale(
      unit: .pixels, cell: cell, tokens: { $0 >= area ? $0 / area : nil },
      value: { tokens in
        let (pixels, overflow) = tokens.multipliedReportingOverflow(by: area)
        return overflow ? nil : pixels
      }, least: 1)
  }

  /// The side of a square that every image is fitted into, in pixels: the processor rounds it to whole
  /// cells, halves to even.
  static func side(cell: Int) -> BudgetScale {
    BudgetScale(
      unit: .pixelsASide, cell: cell,
      tokens: { side in
        guard (1...ProcessorLimits.side).contains(side) else { return nil }
        let cells = Int((Double(side) / Double(cell)).rounded(.toNearestOrEven))
        return cells > 0 ? cells * cells : nil
      },
      value: { tokens in
        let side = wholeRoot(tokens) * cell
        return side <= ProcessorLimits.side ? side : nil
      }, least: 1)
  }

  /// Tokens.
  static let tokens = BudgetScale(
    unit: .tokens, cell: nil, tokens: { $0 > 0 ? $0 : nil }, value: { $0 }, least: 1)

  /// One of a few token counts.
  static func tokens(among counts: [Int]) -> BudgetScale {
    BudgetScale(
      unit: .softTokens, cell: nil, tokens: { counts.contains($0) ? $0 : nil },
      value: { most in counts.filter { $0 <= most }.max() }, least: counts.min() ?? 1)
  }

  /// Tiles of so many tokens, with a copy of the whole where there are two or more.
  static func tiles(of perTile: Int, hasThumbnail: Bool) -> BudgetScale {
    BudgetScale(
      unit: .tiles, cell: nil,
      tokens: { tiles in
        guard (1...ProcessorLimits.tiles).contains(tiles) else { return nil }
        return perTile * (tiles + (hasThumbnail && tiles > 1 ? 1 : 0))
      },
      value: { tokens in
        let whole = tokens / perTile
        guard whole >= 1 else { return nil }
        return min(ProcessorLimits.tiles, hasThumbnail && whole > 1 ? max(1, whole - 1) : whole)
      }, least: perTile)
  }

  /// Crops beside a copy of the whole, each of so many tokens.
  static func crops(of perImage: Int) -> BudgetScale {
    BudgetScale(
      unit: .crops, cell: nil,
      tokens: { crops in
        (1...ProcessorLimits.tiles).contains(crops) ? perImage * (1 + crops) : nil
      },
      value: { tokens in
        tokens >= 2 * perImage ? min(ProcessorLimits.tiles, tokens / perImage - 1) : nil
      }, least: 2 * perImage)
  }

  /// The longest edge of an image that is split into frames: k frames along it, rounded up, with a copy
  /// of the whole from two frames on. No image is made larger than 4096 pixels a side before it is split.
  static func longestEdge(frame: Int, tokensPerFrame: Int) -> BudgetScale {
    let most = (4096 + frame - 1) / frame
    @Sendable func tokens(along count: Int) -> Int {
      count == 1 ? tokensPerFrame : tokensPerFrame * (count * count + 1)
    }
    return BudgetScale(
      unit: .pixelsAlongTheLongestEdge, cell: nil,
      tokens: { edge in
        guard (1...ProcessorLimits.side).contains(edge) else { return nil }
        return tokens(along: min((edge + frame - 1) / frame, most))
      },
      value: { budget in
        guard budget >= tokensPerFrame else { return nil }
        return (1...most).last { tokens(along: $0) <= budget }.map { $0 * frame }
      }, least: tokensPerFrame)
  }

  /// Crops' worth of tokens that a canvas may give before its features are scaled down
  /// (`anyres_max_9`: 9).
  static func anyResolution(_ rule: AnyResolutionTokens) -> BudgetScale {
    @Sendable func tokens(_ tiles: Int) -> Int {
      AnyResolutionTokens(
        base: rule.base, patch: rule.patch, pinpoints: rule.pinpoints, maxTiles: tiles
      ).mostTokens
    }
    return BudgetScale(
      unit: .cropsWorthOfTokens, cell: nil,
      tokens: { (1...ProcessorLimits.tiles).contains($0) ? tokens($0) : nil },
      value: { budget in
        guard tokens(1) <= budget else { return nil }
        // More crops' worth never give fewer tokens.
        var (low, high) = (1, ProcessorLimits.tiles)
        while low < high {
          let middle = (low + high + 1) / 2
          if tokens(middle) <= budget { low = middle } else { high = middle - 1 }
        }
        return low
      }, least: tokens(1))
  }
}

/// The largest whole number whose square is not larger.
func wholeRoot(_ value: Int) -> Int {
  guard value > 0 else { return 0 }
  var root = Int(Double(value).squareRoot())
  while root * root > value { root -= 1 }
  while (root + 1) * (root + 1) <= value { root += 1 }
  return root
}
