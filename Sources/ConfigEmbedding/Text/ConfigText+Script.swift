import SourceText

/// Values of launch scripts: behind flags, in variables, as expressions, in quoted strings.
extension ConfigText {
  /// The word that holds a flag's value, or a variable's where the name ends in `=`.
  func flagValue(
    _ flag: String, _ shell: ShellText
  ) throws(ConfigObstacle) -> ShellText.Word? {
    let name = Array(flag.utf8)
    let isVariable = name.last == 0x3D
    var found: [(value: ShellText.Word, flag: SourceRange)] = []
    for (index, word) in shell.words.enumerated() {
      let bytes = source.bytes[word.range]
      if isVariable {
        guard word.context == .script, bytes.starts(with: name) else { continue }
      } else if bytes.elementsEqual(name) {
        guard index + 1 < shell.words.count, shell.words[index + 1].context == word.context,
          !source.bytes[shell.words[index + 1].range].starts(with: [0x2D, 0x2D])
        else {
          throw ConfigObstacle(
            code: .embedUnresolved, message: "\(flag) has no value", range: word.range)
        }
        found.append((shell.words[index + 1], word.range))
        continue
      } else {
        guard bytes.starts(with: name + [0x3D]) else { continue }
      }
      let start = word.range.lowerBound + name.count + (isVariable ? 0 : 1)
      found.append(
        (ShellText.Word(range: start..<word.range.upperBound, context: word.context), word.range))
    }
    if found.count > 1 {
      throw ConfigObstacle(
        code: .embedRepeated,
        message:
          "\(flag) is given \(found.count) times in this script, and which one counts is open",
        range: found[found.count - 1].flag, suggestion: "split the script, or keep one of them")
    }
    return found.first?.value
  }

  /// The bytes of a word without the quotes around all of it.
  private func unquoted(_ word: ShellText.Word) -> SourceRange {
    let range = word.range
    guard range.count >= 2, let first = source.bytes[range].first,
      first == 0x22 || first == 0x27, source.bytes[range.upperBound - 1] == first,
      !source.bytes[(range.lowerBound + 1)..<(range.upperBound - 1)].contains(first)
    else {
      // Quotes that are escaped within a double-quoted string.
      if range.count >= 4, source.bytes[range].starts(with: [0x5C, 0x22]),
        source.bytes[(range.upperBound - 2)..<range.upperBound].elementsEqual([0x5C, 0x22])
      {
        return (range.lowerBound + 2)..<(range.upperBound - 2)
      }
      return range
    }
    return (range.lowerBound + 1)..<(range.upperBound - 1)
  }

  /// Where the value of a word is written: the word itself, the one assignment to the variable that it
  /// names, or the default of `${NAME:-…}`.
  private func written(
    _ word: ShellText.Word, _ shell: ShellText, depth: Int = 0
  ) throws(ConfigObstacle) -> (range: SourceRange, isArithmetic: Bool) {
    let range = unquoted(word)
    let bytes = source.bytes[range]
    if bytes.starts(with: Array("$((".utf8)), bytes.suffix(2).elementsEqual(Array("))".utf8)) {
      return ((range.lowerBound + 3)..<(range.upperBound - 2), true)
    }
    guard bytes.first == 0x24, let name = Self.variable(bytes) else { return (range, false) }
    if let fallback = name.fallback {
      return try written(
        ShellText.Word(range: fallback, context: word.context), shell, depth: depth + 1)
    }
    guard depth < 8, let value = try flagValue(name.text + "=", shell) else {
      throw ConfigObstacle(
        code: .embedUnresolved,
        message: "the value is '\(source.text(range))', which this script does not set",
        range: word.range, suggestion: "write the number here, or set the variable in the script")
    }
    return try written(value, shell, depth: depth + 1)
  }

  /// The name in `$NAME`, `${NAME}` or `${NAME:-default}`.
  private static func variable(
    _ bytes: ArraySlice<UInt8>
  ) -> (text: String, fallback: SourceRange?)? {
    var index = bytes.startIndex + 1
    let isBraced = index < bytes.endIndex && bytes[index] == 0x7B
    if isBraced { index += 1 }
    let start = index
    func isName(_ byte: UInt8) -> Bool {
      byte == 0x5F || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
    }
    while index < bytes.endIndex, isName(bytes[index]) { index += 1 }
    guard index > start else { return nil }
    let name = String(decoding: bytes[start..<index], as: UTF8.self)
    guard isBraced else { return index == bytes.endIndex ? (name, nil) : nil }
    guard bytes.last == 0x7D else { return nil }
    let rest = bytes[index..<(bytes.endIndex - 1)]
    if rest.isEmpty { return (name, nil) }
    guard rest.starts(with: [0x3A, 0x2D]) else { return nil }
    return (name, (index + 2)..<(bytes.endIndex - 1))
  }

  func shellValue(
    _ word: ShellText.Word, _ shell: ShellText
  ) throws(ConfigObstacle) -> FoundValue {
    let place = try written(word, shell)
    let text = source.text(place.range)
    if place.isArithmetic || !text.isEmpty && text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let arithmetic = ShellArithmetic(source.bytes, place.range)
    {
      var found = FoundValue(content: .integer(arithmetic.value), range: place.range)
      found.factors = arithmetic.factors
      return found
    }
    if place.isArithmetic { throw unresolved(place.range) }
    if text == "True" || text == "true" || text == "False" || text == "false" {
      return FoundValue(content: .flag(text.lowercased() == "true"), range: place.range)
    }
    var found = FoundValue(content: .text(text), range: place.range)
    found.looksNumeric = ShellArithmetic(source.bytes, place.range) != nil
    return found
  }

  func shellEdits(
    _ word: ShellText.Word, _ value: NewValue, _ shell: ShellText
  ) throws(ConfigObstacle) -> [TextEdit] {
    let place = try written(word, shell)
    guard place.isArithmetic, case .integer(let number, let tokens, let cell) = value else {
      return [TextEdit(place.range, shellSpelling(value))]
    }
    guard ShellArithmetic(source.bytes, place.range) != nil else { throw unresolved(place.range) }
    guard let tokens, let cell, tokens * cell * cell == number else {
      return [TextEdit(place.range, String(number))]
    }
    let old = ShellArithmetic(source.bytes, place.range)?.factors ?? []
    // Of n * 28 * 28 only the tokens change.
    if old.count == 3, old[1].value == cell, old[2].value == cell {
      return [TextEdit(old[0].range, String(tokens))]
    }
    let sign = source.bytes[place.range].contains(0x20) ? " * " : "*"
    return [
      TextEdit(place.range, ["\(tokens)", "\(cell)", "\(cell)"].joined(separator: sign))
    ]
  }

  /// An expression that depends on what the shell knows when it runs.
  private func unresolved(_ range: SourceRange) -> ConfigObstacle {
    ConfigObstacle(
      code: .embedUnresolved,
      message: "the value is the expression '\(source.text(range))', which is more than numbers",
      range: range, suggestion: "write the number here")
  }

  private func shellSpelling(_ value: NewValue) -> String {
    if case .flag(let flag) = value { return flag ? "True" : "False" }
    return value.plain
  }

  /// A flag in front of one that is there, apart from it as that one is from what is before it.
  func addition(
    ofFlag path: [String], _ value: NewValue, _ shell: ShellText, _ neighbours: [String]
  ) throws(ConfigObstacle) -> TextEdit {
    var text = shellSpelling(value)
    for key in path.dropFirst().reversed() { text = "{\"\(key)\": \(text)}" }
    for neighbour in neighbours {
      let places = shell.words.indices.filter { index in
        let bytes = source.bytes[shell.words[index].range]
        return bytes.elementsEqual(Array(neighbour.utf8))
          || bytes.starts(with: Array((neighbour + "=").utf8))
      }
      guard places.count == 1, let index = places.first, index > 0 else { continue }
      let word = shell.words[index]
      // What keeps it apart from the word before, or from the quote that it follows.
      var from = word.range.lowerBound
      while from > 0, [0x20, 0x09, 0x0A, 0x0D, 0x5C].contains(source.bytes[from - 1]) { from -= 1 }
      let gap = source.bytes[from..<word.range.lowerBound]
      if path.count > 1 {
        text = word.context == .singleQuotes ? "\"\(text)\"" : "'\(text)'"
      }
      let isContinued = gap.contains(0x5C) || word.context != .script
      // A variable belongs to the command in front of which it stands on the same line.
      let apart =
        path[0].hasSuffix("=") && !isContinued || gap.isEmpty
        ? " " : String(decoding: gap, as: UTF8.self)
      let flag = path[0].hasSuffix("=") ? path[0] : path[0] + " "
      return .insert(flag + text + apart, at: word.range.lowerBound)
    }
    throw ConfigObstacle(
      code: .embedNoPlace,
      message:
        "\(path[0]) is not in this script, and none of the flags that it usually stands with is "
        + "there just once", range: nil,
      suggestion:
        "add '\(path[0])\(path[0].hasSuffix("=") ? "" : " ")\(text)' to the command yourself, then run this again"
    )
  }

  /// The JSON text of a word.
  func jsonLayer(of word: ShellText.Word) throws(ConfigObstacle) -> ConfigLayer? {
    let range = unquotedJSON(word)
    let quoting: EscapedText.Quoting =
      switch source.bytes[word.range].first {
      case 0x22: .shellDouble
      case 0x27: .shellSingle
      default: .none
      }
    guard let text = EscapedText(source, range, quoting), text.bytes.first == 0x7B else {
      return nil
    }
    return try ConfigLayer.json(text, at: word.range)
  }

  /// Quotes around a JSON text; it may hold escaped ones.
  private func unquotedJSON(_ word: ShellText.Word) -> SourceRange {
    let range = word.range
    guard range.count >= 2, let first = source.bytes[range].first, first == 0x22 || first == 0x27,
      source.bytes[range.upperBound - 1] == first
    else { return range }
    return (range.lowerBound + 1)..<(range.upperBound - 1)
  }
}
