import SourceText

/// Collects what is to be said about one config.
struct ConfigChecker {
  let config: TrainingConfig
  private let sink: DiagnosticSink
  private(set) var findings: [(offset: Int, finding: ConfigFinding)] = []
  /// What the keys hold, those of the largest budget and those of the smallest.
  private(set) var most: [TrainingConfig.Reading] = []
  private(set) var least: [TrainingConfig.Reading] = []

  init(_ config: TrainingConfig) {
    self.config = config
    sink = DiagnosticSink(config.source)
    for diagnostic in config.diagnostics {
      findings.append((-1, ConfigFinding(diagnostic: diagnostic, fix: nil)))
    }
    for (keys, isMost) in [(config.schema.most, true), (config.schema.least, false)] {
      for key in keys {
        do throws(ConfigObstacle) {
          guard let reading = try config.reading(key) else { continue }
          if isMost { most.append(reading) } else { least.append(reading) }
        } catch {
          // What only the shell knows is no mistake.
          add(
            error.code == .embedUnresolved ? .note : .error, error.code, error.message,
            at: error.range, suggestion: error.suggestion)
        }
      }
    }
  }

  mutating func add(
    _ severity: Diagnostic.Severity, _ code: Diagnostic.Code, _ message: String,
    at range: SourceRange?, suggestion: String? = nil, fix: [TextEdit]? = nil
  ) {
    findings.append(
      (
        range?.lowerBound ?? .max,
        ConfigFinding(
          diagnostic: Diagnostic(
            code: code, severity: severity, message: message, suggestion: suggestion,
            place: range.map { sink.place($0) }, file: config.source.name), fix: fix)
      ))
  }

  /// The model in words.
  var model: String { config.family?.name ?? "this model" }

  /// Edits that put a number where a key's is.
  func edits(_ reading: TrainingConfig.Reading, _ number: Int) -> [TextEdit]? {
    let tokens = reading.key.scale.tokens(under: number)
    let value: NewValue =
      reading.key.prefix.isEmpty
      ? .integer(number, tokens: tokens, cell: reading.key.scale.cell)
      : .text(reading.key.prefix + String(number))
    return try? config.text.edits(
      setting: reading.key.path, to: value, isQuoted: reading.key.isQuoted, neighbours: [])
  }

  // MARK: Values

  /// Values that are no numbers, or none that the key can have, or for another grid.
  mutating func checkValues() {
    for reading in most + least {
      let (key, found) = (reading.key, reading.found)
      guard let number = reading.number else {
        checkText(reading)
        continue
      }
      guard reading.tokens != nil else {
        let below = (1...max(1, min(number, 1 << 24))).reversed().prefix(100_000).first {
          key.scale.tokens(under: $0) != nil
        }
        add(
          .error, .checkOffLattice,
          "\(number) is no value of '\(key.name)' for \(model): it counts \(key.scale.unit)"
            + (key.scale.cell.map { ", and one token takes \($0 * $0)" } ?? ""),
          at: found.range,
          suggestion: below.map { "the largest value below is \($0)" }
            ?? key.scale.value(forAtMost: max(key.scale.least, 1)).map {
              "the smallest value is \($0)"
            }, fix: below.flatMap { edits(reading, $0) })
        continue
      }
      if found.isQuotedNumber, !key.isQuoted {
        add(
          .warning, .checkNotANumber,
          "'\(key.name)' is text in quotes, and \(config.framework.title) takes a number",
          at: found.range, suggestion: "write \(number) without quotes")
      }
      checkGrid(reading, number)
    }
    if let canvases = config.schema.canvases,
      let found = (try? config.text.value(at: canvases.path)).flatMap({ $0 }),
      let list = found.text,
      canvases.canvases(list) == nil
    {
      add(
        .error, .checkOffLattice,
        "'\(canvases.name)' must list canvases whose sides are multiples of \(canvases.base) pixels",
        at: found.range)
    }
  }

  /// A value that is no number though it should be.
  private mutating func checkText(_ reading: TrainingConfig.Reading) {
    let (key, found) = (reading.key, reading.found)
    let text = found.text ?? ""
    if case .other(let what) = found.content {
      add(
        .note, .embedNotAMapping, "'\(key.name)' is \(what), which is not looked into here",
        at: found.range)
      return
    }
    // What another key or the environment holds is no mistake.
    if text.contains("${") {
      add(
        .note, .embedUnresolved, "'\(key.name)' is \(quoted(text)), which is set elsewhere",
        at: found.range)
      return
    }
    // What a person means by `1280*28*28` or `1e6` is clear; what reads the config sees text.
    var meant = ShellArithmetic(Array(text.utf8), 0..<text.utf8.count)?.value
    if meant == nil, found.looksNumeric, let number = Double(text), number >= 1, number < 1e12,
      number == number.rounded()
    {
      meant = Int(number)
    }
    if let meant, key.prefix.isEmpty {
      add(
        .error, .checkNotANumber,
        "'\(key.name)' is read as the text \(quoted(text)), not as the number \(meant)",
        at: found.range, suggestion: "write \(meant)", fix: edits(reading, meant))
      return
    }
    add(
      .error, .checkNotANumber,
      key.prefix.isEmpty
        ? "'\(key.name)' must be a whole number of \(key.scale.unit)"
        : "'\(key.name)' must be \(key.prefix) and a whole number", at: found.range)
  }

  /// A number of pixels that was reckoned for the grid of another generation.
  private mutating func checkGrid(_ reading: TrainingConfig.Reading, _ number: Int) {
    guard let cell = reading.key.scale.cell, reading.key.scale.unit == "pixels",
      let tokens = reading.tokens
    else { return }
    let evidence = GridEvidence(config.source, reading.found, number)
    if let grid = evidence.grid {
      guard grid.cell != cell else { return }
      let meant = grid.tokens * cell * cell
      var fix = edits(reading, meant)
      fix? += grid.places(outside: reading.found.range).map { TextEdit($0, String(cell)) }
      add(
        .error, .checkWrongGrid,
        "\(number) is \(grid.tokens) tokens on a grid of \(grid.cell) pixels, but \(model) has one of "
          + "\(cell): these are \(tokens) tokens", at: reading.found.range,
        suggestion: "for \(grid.tokens) tokens write \(meant) (\(grid.tokens)*\(cell)*\(cell))",
        fix: fix)
      return
    }
    // Multiples of 28 * 28 come from Qwen2-VL and Qwen2.5-VL; on a finer grid they are a relic. The
    // other way round a number such as 262144 = 512 * 512 says nothing.
    guard cell == 32, number.isMultiple(of: 28 * 28), !evidence.confirms(tokens) else { return }
    let old = number / (28 * 28)
    add(
      .warning, .checkWrongGrid,
      "\(number) is \(old) tokens on the grid of 28 pixels that Qwen2-VL and Qwen2.5-VL have, but \(model) "
        + "has one of \(cell): these are \(tokens) tokens", at: reading.found.range,
      suggestion:
        "for \(old) tokens write \(old * cell * cell) (\(old)*\(cell)*\(cell)); if \(tokens) are "
        + "meant, say so behind the value: \(TrainingConfig.note(tokens))")
  }

  // MARK: Keys against each other

  /// The two forms of one bound.
  mutating func checkForms() {
    guard config.schema.firstDecides else { return }
    for readings in [most, least] {
      guard let first = readings.first, let number = first.number else { continue }
      for other in readings.dropFirst() where other.number != number {
        add(
          .error, .checkFormsDisagree,
          "'\(other.key.name)' is \(other.number.map(String.init) ?? "no number"), but '\(first.key.name)' "
            + "is \(number): both are the same bound, and some versions read only one of them",
          at: other.found.range,
          suggestion: "'\(first.key.name)' is what most versions read: write \(number) here too",
          fix: edits(other, number))
      }
    }
  }

  /// A smallest budget above the largest.
  mutating func checkOrder() {
    guard let upper = config.deciding(most), let limit = upper.number,
      let lower = config.deciding(least), let number = lower.number,
      lower.key.scale.unit == upper.key.scale.unit, number > limit
    else { return }
    add(
      .error, .checkMinAboveMax,
      "'\(lower.key.name)' is \(number), more than '\(upper.key.name)' with \(limit)",
      at: lower.found.range, suggestion: "lower the one or raise the other")
  }

  /// Keys that the model does not read.
  mutating func checkUnread() {
    for (path, instead) in config.schema.unread {
      guard let found = (try? config.text.value(at: path)).flatMap({ $0 }) else { continue }
      add(
        .warning, .checkUnreadKey,
        "'\(path.joined(separator: "."))' is not what \(config.framework.title) reads for \(model)",
        at: found.range, suggestion: "set '\(instead)'")
    }
  }

  // MARK: Context

  /// The images of a sample against the longest sequence.
  mutating func checkContext(images: Int?) {
    guard let budget = config.budget else { return }
    var limit = config.framework.defaultContext
    var key = "the default of \(config.framework.title)"
    var place: SourceRange?
    for path in config.framework.contexts {
      guard let found = (try? config.text.value(at: path)).flatMap({ $0 }),
        let number = found.integer
      else { continue }
      (limit, key, place) = (number, "'\(path.joined(separator: "."))'", found.range)
      break
    }
    guard let limit, limit > 0 else { return }
    let given = config.framework.images.compactMap { config.text.integer(at: $0) }.first
    let count = images ?? given ?? 1
    guard count > 0 else { return }
    let (total, overflow) = budget.mostTokens.multipliedReportingOverflow(by: count)
    guard overflow || total >= limit else { return }
    let what =
      count == 1
      ? "an image of up to \(budget.mostTokens) vision tokens"
      : "\(count) images of up to \(budget.mostTokens) vision tokens, \(total) together,"
    let room = (limit - 1) / count
    let value = most.first { $0.key.name == budget.key }?.found.range
    add(
      budget.origin == nil ? .error : .warning, .checkOverContext,
      "\(what) \(count == 1 ? "leaves" : "leave") no room for text in \(limit) tokens (\(key))"
        + (budget.origin.map { "; the config sets no budget, and this is \($0)" } ?? ""),
      at: value ?? place,
      suggestion: room > 0
        ? "at most \(room) tokens an image, less what the text needs, or a longer context"
        : "fewer images, or a longer context")
  }

  /// Rounding behind the framework's own resizing.
  mutating func checkRounding() {
    guard let budget = config.budget, budget.mostTokens > budget.tokens,
      let reading = config.deciding(most), let cell = reading.key.scale.cell
    else { return }
    let safe = ResizeThenRound(cell: cell).safePixels(tokens: budget.tokens)
    let usual = reading.number.flatMap { config.mostTokens(reading.key, $0, longestShape: 2) }
    add(
      .note, .checkRounding,
      "\(config.framework.title) resizes to these pixels and the processor rounds after it: images up to "
        + "2:1 get up to \(usual ?? budget.tokens) tokens, strips up to \(budget.mostTokens), not "
        + "\(budget.tokens)", at: reading.found.range,
      suggestion: "\(safe) keeps every image within \(budget.tokens)")
  }

  // MARK: Training against serving

  /// The budget of training against that of serving.
  mutating func compare(with serving: TrainingConfig) {
    if let mine = config.family, let other = serving.family, mine.name != other.name {
      add(
        .warning, .checkServingDiffers,
        "this is for a model of the family \(mine.name), and \(printable(path: serving.source.name)) for "
          + "one of \(other.name)", at: nil, suggestion: "are both of the same model?")
    }
    guard let mine = config.budget, let other = serving.budget else {
      let unread = config.budget == nil ? config : serving
      add(
        .warning, .checkServingDiffers,
        "\(printable(path: unread.source.name)) sets no budget that could be compared", at: nil)
      return
    }
    guard mine.tokens != other.tokens else { return }
    let where_ =
      other.place.map { "\(printable(path: $0.file)):\($0.span.line)" }
      ?? "\(printable(path: serving.source.name)), \(other.origin ?? "by default")"
    let range = most.first { $0.key.name == mine.key }?.found.range
    add(
      .warning, .checkServingDiffers,
      "training has images of up to \(mine.tokens) vision tokens, serving of up to \(other.tokens) "
        + "(\(where_))", at: range,
      suggestion:
        "a model does best at the budget that it was trained with: embed \(mine.tokens) tokens into "
        + "\(printable(path: serving.source.name))")
  }
}

extension Diagnostic.Code {
  /// A number of pixels was reckoned for another grid.
  public static let checkWrongGrid = Self("check.wrong-grid")
  /// A value is none that the model can be set to.
  public static let checkOffLattice = Self("check.off-lattice")
  /// A value is text where a number must be.
  public static let checkNotANumber = Self("check.not-a-number")
  /// The two forms of one bound disagree.
  public static let checkFormsDisagree = Self("check.forms-disagree")
  /// The smallest budget is above the largest.
  public static let checkMinAboveMax = Self("check.min-above-max")
  /// A key is there that the model does not read.
  public static let checkUnreadKey = Self("check.unread-key")
  /// The images leave no room for text in the context.
  public static let checkOverContext = Self("check.over-context")
  /// Rounding gives images more tokens than the value says.
  public static let checkRounding = Self("check.rounding")
  /// Training and serving have different budgets.
  public static let checkServingDiffers = Self("check.serving-differs")
}
