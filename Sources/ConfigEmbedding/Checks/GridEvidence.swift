import SourceText

/// What the writer of a number of pixels had in mind: a product such as `1280 * 28 * 28`, in the value
/// itself or in the comment behind it.
struct GridEvidence {
  /// A product of tokens and twice the side of a cell.
  struct Grid {
    let tokens: Int
    let cell: Int
    /// Where the two sides are written.
    fileprivate let sides: [SourceRange]

    /// Those of the sides that are not in the value itself, which is written anew.
    func places(outside range: SourceRange) -> [SourceRange] {
      sides.filter { !range.overlaps($0) }
    }
  }

  /// The product, where there is one that makes the value.
  let grid: Grid?
  private let comment: String

  init(_ source: SourceFile, _ found: FoundValue, _ number: Int) {
    // A person's note is short; what is longer is no note.
    let range = found.comment.map { $0.lowerBound..<min($0.upperBound, $0.lowerBound + 400) }
    comment = range.map { source.text($0) } ?? ""
    var products = [found.factors]
    if let range { products += Self.products(source, range) }
    grid = products.lazy.compactMap { Self.grid($0, number) }.first
  }

  /// Whether the comment names these tokens.
  func confirms(_ tokens: Int) -> Bool {
    comment.matches(of: /\d+/).contains { Int($0.output) == tokens }
  }

  /// Whether the comment has no other numbers than those of the product.
  var isOnlyProduct: Bool { comment.matches(of: /\d+/).count <= 3 }

  /// Tokens and sides of a product of three that makes a number.
  static func grid(
    _ factors: [(value: Int, range: SourceRange)], _ number: Int
  ) -> Grid? {
    guard factors.count == 3, factors.allSatisfy({ (1...1 << 30).contains($0.value) }),
      Self.product(factors) == number
    else { return nil }
    for cell in [28, 32] {
      let sides = factors.filter { $0.value == cell }
      guard sides.count >= 2 else { continue }
      // Of three equal factors the first is the tokens.
      let places = Array(sides.suffix(2).map(\.range))
      return Grid(tokens: number / (cell * cell), cell: cell, sides: places)
    }
    return nil
  }

  private static func product(_ factors: [(value: Int, range: SourceRange)]) -> Int? {
    var result = 1
    for factor in factors {
      let (value, overflow) = result.multipliedReportingOverflow(by: factor.value)
      if overflow { return nil }
      result = value
    }
    return result
  }

  /// The products of three numbers in a comment.
  private static func products(
    _ source: SourceFile, _ range: SourceRange
  ) -> [[(value: Int, range: SourceRange)]] {
    let text = source.text(range)
    return text.matches(of: /(\d{1,9})\s*[*x×]\s*(\d{1,9})\s*[*x×]\s*(\d{1,9})/).map { match in
      [match.1, match.2, match.3].compactMap { part in
        Int(part).map { value in
          let start =
            range.lowerBound
            + text.utf8.distance(from: text.startIndex, to: part.startIndex)
          return (value, start..<(start + part.utf8.count))
        }
      }
    }
  }
}
