import ComputeCosts
import SourceText

/// Values of files and of the command line as those that settings have.
extension SettingCollector {
  struct Unconvertible: Error {
    let words: String
  }

  /// A text from the command line as the value that it would be in a file.
  static func value(ofText text: String) -> ConfigurationValue {
    if text.hasPrefix("["),
      let root = Field.document(
        SourceFile(name: "(setting)", text: text),
        sink: DiagnosticSink(SourceFile(name: "(setting)", text: text)))
    {
      return PublishedFile.value(of: root.node)
    }
    let scalar = YAMLScalar(text: text, style: .plain)
    return PublishedFile.value(
      of: YAMLNode(content: .scalar(scalar), range: 0..<0))
  }

  static func converted(
    _ value: ConfigurationValue, to setting: Setting
  ) -> Result<SettingValue, Unconvertible> {
    if case .text(let word) = value, let known = setting.spellings[word] { return .success(known) }
    switch (setting.kind, value) {
    case (.count(let range), _):
      guard let count = count(value) else {
        return .failure(Unconvertible(words: "must be a whole number"))
      }
      guard range.contains(count) else {
        return .failure(
          Unconvertible(words: "must be from \(range.lowerBound) to \(range.upperBound)"))
      }
      return .success(.count(count))
    case (.flag, .bool(let flag)): return .success(.flag(flag))
    case (.flag, _):
      let words = ["true", "false"] + setting.spellings.keys.sorted()
      return .failure(Unconvertible(words: "must be one of \(words.joined(separator: ", "))"))
    case (.number(let range), .integer(let whole)) where range.contains(Double(whole)):
      return .success(.number(Double(whole)))
    case (.number(let range), .number(let number)) where range.contains(number):
      return .success(.number(number))
    case (.number(let range), _):
      return .failure(
        Unconvertible(
          words: "must be a number from \(shortest(range.lowerBound, 6)) to "
            + shortest(range.upperBound, 6)))
    case (.sizes, .list(let items)):
      let sizes = items.map(size)
      let known = sizes.compactMap { $0 }
      guard known.count == sizes.count, !known.isEmpty else { break }
      return .success(.sizes(known))
    case (.sizes, .text(let text)):
      if let sizes = gridOfSizes(text) { return .success(.sizes(sizes)) }
    case (.sizes, _): break
    }
    return .failure(Unconvertible(words: "must be a list of [height, width] in pixels"))
  }

  private static func count(_ value: ConfigurationValue) -> Int? {
    switch value {
    case .integer(let count): return count
    case .number(let number):
      return number == number.rounded() && number.magnitude < 1e15 ? Int(number) : nil
    // A side given for height and width apart.
    case .list(let items) where items.count == 2 && items[0] == items[1]: return count(items[0])
    default: return nil
    }
  }

  private static func size(_ value: ConfigurationValue) -> ImageSize? {
    guard case .list(let pair) = value, pair.count == 2, let height = count(pair[0]),
      let width = count(pair[1])
    else { return nil }
    return ImageSize(width: width, height: height)
  }

  /// The sizes of `all a*384 x b*384, a,b in 1..6`, the short form of published tables.
  private static func gridOfSizes(_ text: String) -> [ImageSize]? {
    let words = text.split(whereSeparator: { " ,*x.".contains($0) })
    guard words.count == 10, words[0] == "all", words[1] == "a", words[3] == "b", words[7] == "in",
      let base = Int(words[2]), words[2] == words[4], (1...ProcessorLimits.side).contains(base),
      let first = Int(words[8]),
      let last = Int(words[9]), first >= 1, last <= 64, first <= last
    else { return nil }
    return (first...last).flatMap { rows in
      (first...last).compactMap { ImageSize(width: $0 * base, height: rows * base) }
    }
  }
}
