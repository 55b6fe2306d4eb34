import SourceText

/// Values of launch scripts: behind flags, in variables, as expressions, in quoted strings.
extension ConfigText {
  /// Where a value is written in the end.
  struct WrittenValue {
    /// The word, quotes included.
    let word: ShellText.Word
    /// What is in its quotes; of an expression, what is in its parentheses.
    let range: SourceRange
    let isArithmetic: Bool
    /// The variables that lead to it.
    let variables: [String]
  }

  /// The words that hold a flag's value, or a variable's where the name ends in `=`.
  private func values(
    of flag: String, _ shell: ShellText
  ) throws(ConfigObstacle) -> [ShellText.Word] {
    let name = Array(flag.utf8)
    let isVariable = name.last == 0x3D
    var found: [ShellText.Word] = []
    for index in shell.words(naming: isVariable ? flag.dropLast() : flag[...]) {
      let word = shell.words[index]
      let bytes = source.bytes[word.range]
      if isVariable {
        guard word.context == .script, bytes.starts(with: name) else { continue }
      } else if bytes.elementsEqual(name) {
        if shell.isLabel(word) { continue }
        guard index + 1 < shell.words.count, shell.words[index + 1].context == word.context,
          !source.bytes[shell.words[index + 1].range].starts(with: [0x2D, 0x2D])
        else {
          throw ConfigObstacle(
            code: .embedUnresolved, message: "\(flag) has no value", range: word.range)
        }
        found.append(shell.words[index + 1])
        continue
      } else {
        guard bytes.starts(with: name + [0x3D]) else { continue }
      }
      let start = word.range.lowerBound + name.count + (isVariable ? 0 : 1)
      found.append(ShellText.Word(range: start..<word.range.upperBound, context: word.context))
    }
    return found
  }

  /// The word that holds a flag's value, or a variable's where the name ends in `=`.
  ///
  /// - Parameter isOnlyRead: Whether equal values count as one.
  func flagValue(
    _ flag: String, _ shell: ShellText, isOnlyRead: Bool
  ) throws(ConfigObstacle) -> ShellText.Word? {
    let found = try values(of: flag, shell)
    guard let first = found.first, let last = found.last, found.count > 1 else {
      return found.first
    }
    let text = source.text(first.range)
    if isOnlyRead, found.allSatisfy({ source.text($0.range) == text }) { return first }
    throw ConfigObstacle(
      code: .embedRepeated,
      message: "\(flag) is given \(found.count) times in this script, and which one counts is open",
      range: last.range, suggestion: "split the script, or keep one of them")
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
  /// names, or the default of `${NAME:-…}` where nothing assigns to it.
  private func written(
    _ word: ShellText.Word, _ shell: ShellText, following names: [String] = []
  ) throws(ConfigObstacle) -> WrittenValue {
    let range = unquoted(word)
    let bytes = source.bytes[range]
    if bytes.starts(with: Array("$((".utf8)), bytes.suffix(2).elementsEqual(Array("))".utf8)) {
      return WrittenValue(
        word: word, range: (range.lowerBound + 3)..<(range.upperBound - 2), isArithmetic: true,
        variables: names)
    }
    guard bytes.first == 0x24, let variable = Self.variable(bytes) else {
      return WrittenValue(word: word, range: range, isArithmetic: false, variables: names)
    }
    // `NAME=${NAME:-default}` speaks of what was there before.
    if names.count < 8, !names.contains(variable.text),
      let value = try flagValue(variable.text + "=", shell, isOnlyRead: true)
    {
      return try written(value, shell, following: names + [variable.text])
    }
    if let fallback = variable.fallback {
      let inside = ShellText.Word(range: fallback, context: word.context)
      return try written(inside, shell, following: names)
    }
    throw ConfigObstacle(
      code: .embedUnresolved,
      message: "the value is '\(source.text(range))', which this script does not set to one value",
      range: word.range, suggestion: "write the number here, or set the variable in the script")
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

  /// The number that a variable is assigned.
  private func number(of name: String, _ shell: ShellText) -> Int? {
    guard let word = (try? flagValue(name + "=", shell, isOnlyRead: true)) ?? nil,
      let place = try? written(word, shell, following: [name])
    else { return nil }
    return ShellArithmetic(source.bytes, place.range)?.value
  }

  func shellValue(
    _ word: ShellText.Word, _ shell: ShellText
  ) throws(ConfigObstacle) -> FoundValue {
    let place = try written(word, shell)
    let text = source.text(place.range)
    var found = FoundValue(content: .text(text), range: place.range)
    if place.isArithmetic || !text.isEmpty && text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
      guard
        let arithmetic = ShellArithmetic(
          source.bytes, place.range, variable: { number(of: $0, shell) })
      else { throw unresolved(place.range) }
      found = FoundValue(content: .integer(arithmetic.value), range: place.range)
      found.factors = arithmetic.factors
    } else if text == "True" || text == "true" || text == "False" || text == "false" {
      found = FoundValue(content: .flag(text.lowercased() == "true"), range: place.range)
    } else {
      found.looksNumeric = ShellArithmetic(source.bytes, place.range) != nil
    }
    // The comment of a quoted value stands behind the quote.
    let whole = shell.words.first {
      $0.context == .script && $0.range.contains(place.range.lowerBound)
    }
    if place.word.context == .script, let whole {
      found.comment = comment(behind: whole.range.upperBound)
    }
    return found
  }

  func shellEdits(
    _ word: ShellText.Word, _ value: NewValue, _ shell: ShellText
  ) throws(ConfigObstacle) -> [TextEdit] {
    let place = try written(word, shell)
    try requireUnshared(place, shell)
    if !place.isArithmetic,
      source.bytes[place.range].contains(where: { $0 == 0x24 || $0 == 0x60 })
    {
      throw unresolved(place.range)
    }
    guard place.isArithmetic, case .integer(let number, let tokens, let cell) = value else {
      return [TextEdit(place.range, shellSpelling(value))]
    }
    guard let old = ShellArithmetic(source.bytes, place.range) else {
      throw unresolved(place.range)
    }
    guard let tokens, let cell, tokens * cell * cell == number else {
      return [TextEdit(place.range, String(number))]
    }
    // Of n * 28 * 28 only the tokens change.
    if old.factors.count == 3, old.factors[1].value == cell, old.factors[2].value == cell {
      return [TextEdit(old.factors[0].range, String(tokens))]
    }
    let sign = source.bytes[place.range].contains(0x20) ? " * " : "*"
    return [
      TextEdit(place.range, ["\(tokens)", "\(cell)", "\(cell)"].joined(separator: sign))
    ]
  }

  /// A variable that is used in another place too would change that as well.
  private func requireUnshared(
    _ place: WrittenValue, _ shell: ShellText
  ) throws(ConfigObstacle) {
    for name in place.variables {
      let all = shell.words.filter { $0.context == .script }.reduce(0) { count, word in
        count + uses(of: name, in: word.range)
      }
      // An assignment to itself, as in `NAME=${NAME:-1}`, is one more.
      let assignments = (try? values(of: name + "=", shell)) ?? []
      let own = assignments.reduce(0) { $0 + uses(of: name, in: $1.range) }
      guard all - own <= 1 else {
        throw ConfigObstacle(
          code: .embedShared,
          message: "the variable \(name) is used in other places too, which would change with it",
          range: place.range,
          suggestion: "write the number behind the flag in place of the variable")
      }
    }
  }

  /// How often a range names a variable: `$NAME`, `${NAME…}` or, in arithmetic, `NAME`.
  private func uses(of name: String, in range: SourceRange) -> Int {
    let wanted = Array(name.utf8)
    func isName(_ byte: UInt8) -> Bool {
      byte == 0x5F || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
    }
    var count = 0
    var index = range.lowerBound
    while index + wanted.count < range.upperBound {
      guard source.bytes[index] == 0x24 else {
        index += 1
        continue
      }
      let start = source.bytes[index + 1] == 0x7B ? index + 2 : index + 1
      let end = start + wanted.count
      if end <= range.upperBound, source.bytes[start..<end].elementsEqual(wanted),
        end == range.upperBound || !isName(source.bytes[end])
      {
        count += 1
      }
      index += 1
    }
    return count
  }

  /// An expression that depends on what the shell knows when it runs.
  private func unresolved(_ range: SourceRange) -> ConfigObstacle {
    ConfigObstacle(
      code: .embedUnresolved,
      message: "the value is '\(source.text(range))', which is more than numbers",
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
    if path.count > 1 { text = "'\(text)'" }
    let places = neighbours.map { shell.words(naming: $0[...]) }
    // What is there twice belongs to several commands.
    for (neighbour, places) in zip(neighbours, places) where places.count > 1 {
      throw ConfigObstacle(
        code: .embedRepeated,
        message: "\(path[0]) is not in this script, and \(neighbour) that it stands with is there "
          + "\(places.count) times: which command is meant is open",
        range: shell.words[places[places.count - 1]].range,
        suggestion: "split the script, or add the flag yourself")
    }
    for places in places {
      guard let index = places.first, index > 0 else { continue }
      let word = shell.words[index]
      // Quotes within quotes would be lost.
      if path.count > 1, word.context != .script { continue }
      // What keeps it apart from the word before, or from the quote that it follows.
      var from = word.range.lowerBound
      while from > 0, [0x20, 0x09, 0x0A, 0x0D, 0x5C].contains(source.bytes[from - 1]) { from -= 1 }
      let gap = source.bytes[from..<word.range.lowerBound]
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

  /// The JSON text of a word, or of the variable that it names.
  ///
  /// - Parameter isEdited: Whether it is to be changed, so that nothing else may use the variable.
  func jsonLayer(
    of word: ShellText.Word, _ shell: ShellText, isEdited: Bool
  ) throws(ConfigObstacle) -> ConfigLayer {
    let place = try written(word, shell)
    if isEdited { try requireUnshared(place, shell) }
    return try embedded.document(at: place.word.range) { () throws(ConfigObstacle) in
      try json(in: place)
    }
  }

  private func json(in place: WrittenValue) throws(ConfigObstacle) -> ConfigLayer {
    let range = unquotedJSON(place.word)
    let quoting: EscapedText.Quoting =
      switch source.bytes[place.word.range].first {
      case 0x22: .shellDouble
      case 0x27: .shellSingle
      default: .none
      }
    guard let text = EscapedText(source, range, quoting),
      text.bytes.first(where: { $0 > 0x20 }) == 0x7B
    else {
      throw ConfigObstacle(
        code: .embedUnresolved,
        message:
          "the value is '\(source.text(range))', which is no JSON text that stands here alone",
        range: place.word.range, suggestion: "write the JSON here, in single quotes")
    }
    return try ConfigLayer.json(text, at: place.word.range)
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
