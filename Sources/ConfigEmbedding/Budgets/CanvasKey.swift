import ComputeCosts

/// A list of canvases that an image may be fitted into, written as one text:
/// `[(336, 672), (672, 336)]`, or `(1x1),...,(6x6)` for all canvases of so many crops.
struct CanvasKey: Sendable {
  /// The keys that lead to it.
  let path: [String]
  /// Side of a crop, in pixels.
  let base: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Crops' worth of tokens above which features are scaled down.
  var maxTiles: Int?

  var name: String { path.joined(separator: ".") }

  /// What a list says, and in which of the two forms.
  struct Canvases: Equatable {
    /// Rows and columns of crops, in the order of the list.
    var crops: [TileGridSize]
    let isRange: Bool

    /// The list as it is written.
    func text(base: Int) -> String {
      if isRange, let first = crops.first, let last = crops.last {
        return "(\(first.rows)x\(first.columns)),...,(\(last.rows)x\(last.columns))"
      }
      return "["
        + crops.map { "(\($0.rows * base), \($0.columns * base))" }.joined(separator: ", ") + "]"
    }
  }

  /// Crops down and across.
  struct TileGridSize: Hashable {
    let rows: Int
    let columns: Int
  }

  /// Reads a list.
  ///
  /// - Returns: `nil` where it has neither form, or canvases that are not made of whole crops or have sides
  ///   above ``ProcessorLimits/side``.
  func canvases(_ text: String) -> Canvases? {
    var numbers: [Int] = []
    var digits = ""
    for character in text + " " {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else if !digits.isEmpty {
        guard let number = Int(digits), number <= ProcessorLimits.side else { return nil }
        numbers.append(number)
        digits = ""
      }
    }
    if text.contains("...") {
      guard numbers.count == 4, numbers[0] >= 1, numbers[1] >= 1, numbers[0] <= numbers[2],
        numbers[1] <= numbers[3], numbers[2] * numbers[3] <= ProcessorLimits.tiles,
        max(numbers[2], numbers[3]) <= ProcessorLimits.side / base
      else { return nil }
      return Canvases(
        crops: (numbers[0]...numbers[2]).flatMap { rows in
          (numbers[1]...numbers[3]).map { TileGridSize(rows: rows, columns: $0) }
        }, isRange: true)
    }
    guard !numbers.isEmpty, numbers.count.isMultiple(of: 2),
      numbers.allSatisfy({ $0 >= base && $0.isMultiple(of: base) }),
      numbers.count / 2 <= ProcessorLimits.tiles
    else { return nil }
    return Canvases(
      crops: stride(from: 0, to: numbers.count, by: 2).map {
        TileGridSize(rows: numbers[$0] / base, columns: numbers[$0 + 1] / base)
      }, isRange: false)
  }

  /// The most tokens of an image under a list.
  func tokens(_ canvases: Canvases) -> Int {
    AnyResolutionTokens(
      base: base, patch: patch,
      pinpoints: canvases.crops.map {
        AnyResolutionTokens.Pinpoint(height: $0.rows * base, width: $0.columns * base)
      }, maxTiles: maxTiles
    ).mostTokens
  }

  /// The list cut down to the canvases that give no image more tokens than a budget; of a range, the
  /// part of it that gives most, the squarest of equal ones.
  ///
  /// - Returns: `nil` where no canvas is left.
  func canvases(_ canvases: Canvases, forAtMost budget: Int) -> Canvases? {
    func single(_ crops: TileGridSize) -> Int {
      tokens(Canvases(crops: [crops], isRange: false))
    }
    guard canvases.isRange else {
      let left = canvases.crops.filter { single($0) <= budget }
      return left.isEmpty ? nil : Canvases(crops: left, isRange: false)
    }
    guard let first = canvases.crops.first, let last = canvases.crops.last else { return nil }
    var best: (canvases: Canvases, tokens: Int, skew: Int)?
    for rows in first.rows...last.rows {
      for columns in first.columns...last.columns {
        let part = Canvases(
          crops: canvases.crops.filter { $0.rows <= rows && $0.columns <= columns }, isRange: true)
        let (tokens, skew) = (tokens(part), abs(rows - columns))
        guard tokens <= budget else { continue }
        if best.map({ tokens > $0.tokens || tokens == $0.tokens && skew < $0.skew }) ?? true {
          best = (part, tokens, skew)
        }
      }
    }
    return best?.canvases
  }
}
