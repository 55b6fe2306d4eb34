/// A model by its published name, taken apart: a line (`qwen`), what tells models of the line apart
/// (`2.5`, `vl`), and a size.
///
/// The same model is spelt in many ways: `Qwen/Qwen2.5-VL-7B-Instruct`, `qwen2.5-vl-7b`, `Qwen2.5-VL 7B`.
/// Left aside are an owner before a slash, what stands in parentheses and behind a comma or a plus sign (a
/// method that the model is run with), and words that say nothing of the weights (`instruct`, `hf`).
public struct ModelName: Sendable, Equatable {
  /// The line and what tells models of it apart, in lower case and in their order; at least one.
  public let words: [String]
  /// Billions of parameters, where the name says so.
  public let billions: Double?
  /// Billions that one token meets, where the name says so: `a3b` of a mixture of experts.
  public let activeBillions: Double?

  /// The line that the model belongs to.
  public var line: String { words[0] }

  /// A name.
  ///
  /// - Returns: `nil` for a text without a letter or digit that counts.
  /// - Complexity: O(length).
  public init?(_ text: String) {
    var words: [String] = []
    var billions: Double?
    var activeBillions: Double?
    for piece in Self.pieces(of: text) {
      if let size = Self.billions(piece) {
        // The first of `30b-a3b` is the model's; the second how much of it a token meets.
        if billions != nil, piece.first == "a" { activeBillions = activeBillions ?? size }
        billions = billions ?? size
        continue
      }
      for word in Self.parts(of: piece) where !Self.isSilent(word) { words.append(word) }
    }
    if words.starts(with: ["llava", "1.6"]) { words.replaceSubrange(1...1, with: ["next"]) }
    guard !words.isEmpty else { return nil }
    self.words = words
    self.billions = billions
    self.activeBillions = activeBillions
  }

  /// Whether the name is one of a model as people publish them: it has a size, or a line that is known.
  public var isRecognised: Bool { billions != nil || Self.knownLines.contains(line) }

  // MARK: Parts

  private static let knownLines: Set<String> = Set(
    ModelFamily.all.flatMap { [$0.name] + $0.aliases }.flatMap { pieces(of: $0).prefix(1) }
      .flatMap { parts(of: $0).prefix(1) }
  ).union([
    "smolvlm", "deepseek", "minicpm", "molmo", "mobilevlm", "nvila", "vila", "mplug", "blip",
  ])

  /// The text's words: runs of letters, digits and points, in lower case.
  private static func pieces(of text: String) -> [String] {
    var (plain, depth) = ("", 0)
    for character in text.lowercased() {
      if character == "(" { depth += 1 }
      plain.append(depth == 0 ? character : " ")
      if character == ")", depth > 0 { depth -= 1 }
    }
    // A comma or a plus sign ends the name; an owner stands before a slash.
    var name = plain.prefix { $0 != "," && $0 != "+" }
    if let slash = name.lastIndex(of: "/") { name = name[name.index(after: slash)...] }
    let pieces = name.split { !($0.isLetter || $0.isNumber || $0 == ".") }
    return pieces.map { String(String($0).trimming(".")) }.filter { !$0.isEmpty }
  }

  /// A piece where letters and numbers meet: `qwen2.5` is `qwen` and `2.5`, `v1.6` is `1.6`; one letter
  /// stays with its number, as in `m3`.
  private static func parts(of piece: String) -> [String] {
    let letters = piece.prefix { $0.isLetter }
    let rest = piece.dropFirst(letters.count)
    guard !letters.isEmpty, rest.first?.isNumber == true else { return [piece] }
    if letters == "v" { return [String(rest)] }
    return letters.count == 1 ? [piece] : [String(letters), String(rest)]
  }

  /// The size that `7b`, `2.2b` or `256m` is, in billions; of `a3b` too.
  private static func billions(_ piece: String) -> Double? {
    var digits = piece[...]
    if digits.first == "a", digits.dropFirst().first?.isNumber == true { digits.removeFirst() }
    guard let unit = digits.popLast(), unit == "b" || unit == "m", digits.first?.isNumber == true,
      let number = Double(digits), number > 0, number.isFinite
    else { return nil }
    return unit == "b" ? number : number / 1000
  }

  /// Words that say nothing of whose weights they are, and dates.
  private static func isSilent(_ word: String) -> Bool {
    ["instruct", "it", "chat", "hf", "preview", "model", "the"].contains(word)
      || word.count >= 4 && word.allSatisfy(\.isNumber)
  }
}

extension String {
  fileprivate func trimming(_ character: Character) -> Substring {
    var text = self[...]
    while text.first == character { text.removeFirst() }
    while text.last == character { text.removeLast() }
    return text
  }
}

/// How the model that scores were measured on and a model that is to run relate.
public enum ModelRelation: Sendable, Equatable {
  /// One and the same.
  case same
  /// Of one line, and how they differ: another size, version or variant.
  case sibling(difference: String)
  /// Models of different lines.
  case other
  /// Nothing names one of them.
  case unknown

  /// The word that reports have for it.
  public var word: String {
    switch self {
    case .same: "same"
    case .sibling: "sibling"
    case .other: "other"
    case .unknown: "unknown"
    }
  }
}

extension ModelRelation {
  /// Sizes that differ by no more than this share are one: `7B` is said of 6.7 to 8 billion.
  private static var sizeTolerance: Double { 0.2 }

  /// The same where one is called a mixture and the other not: `26B-A4B` is no `31B`, but `30B` may be `30B-A3B`.
  private static var mixtureTolerance: Double { 0.05 }

  /// How two models relate, by their names and sizes.
  ///
  /// - Parameters:
  ///   - names: What the first is called; several names of one model, the best match counts.
  ///   - size: Its billions of parameters, where they are known besides.
  ///   - others: What the second is called.
  ///   - otherSize: Its billions of parameters, where they are known besides.
  /// - Returns: ``unknown`` where either has no name.
  /// - Complexity: O(names · others).
  public init(
    _ names: [ModelName], size: Double? = nil, to others: [ModelName], size otherSize: Double? = nil
  ) {
    var best = ModelRelation.unknown
    for name in names {
      for other in others {
        let relation = Self.between(name, size, other, otherSize)
        switch (relation, best) {
        case (.same, _), (_, .unknown), (.sibling, .other): best = relation
        // Of two differences the shorter is that of the spellings that agree most.
        case (.sibling(let new), .sibling(let old)) where new.count < old.count: best = relation
        default: break
        }
        if best == .same { break }
      }
      if best == .same { break }
    }
    self = best
  }

  private static func between(
    _ name: ModelName, _ size: Double?, _ other: ModelName, _ otherSize: Double?
  ) -> ModelRelation {
    guard name.line == other.line else { return .other }
    if name == other, name.billions != nil || size == nil || otherSize == nil { return .same }
    var differences: [String] = []
    switch (name.billions ?? size, other.billions ?? otherSize) {
    case (let size?, let otherSize?):
      let areAlike = (name.activeBillions == nil) == (other.activeBillions == nil)
      let tolerance = areAlike ? sizeTolerance : mixtureTolerance
      if (size / otherSize - 1).magnitude > tolerance {
        differences.append("\(sizeText(size)) beside \(sizeText(otherSize))")
      }
    case (nil, nil): break
    case (nil, let otherSize?): differences.append("no size said beside \(sizeText(otherSize))")
    case (let size?, nil): differences.append("\(sizeText(size)) beside no size said")
    }
    let own = name.words.filter { !other.words.contains($0) }
    let theirs = other.words.filter { !name.words.contains($0) }
    if !own.isEmpty || !theirs.isEmpty {
      let (mine, yours) = (own.joined(separator: " "), theirs.joined(separator: " "))
      differences.append(
        theirs.isEmpty
          ? "with '\(mine)'" : own.isEmpty ? "without '\(yours)'" : "'\(mine)' beside '\(yours)'")
    }
    return differences.isEmpty
      ? .same : .sibling(difference: differences.joined(separator: ", "))
  }

  /// `7B`, `256M`.
  private static func sizeText(_ billions: Double) -> String {
    let (value, unit) = billions < 1 ? (billions * 1000, "M") : (billions, "B")
    let tenths = (value * 10).rounded() / 10
    return (tenths == tenths.rounded() ? "\(Int(tenths.rounded()))" : "\(tenths)") + unit
  }
}
