import ComputeCosts
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

  /// Adds a finding, unless it is there already: one obstacle can stand before several keys.
  mutating func add(
    _ severity: Diagnostic.Severity, _ code: Diagnostic.Code, _ message: String,
    at range: SourceRange?, suggestion: Suggestion? = nil, fix: [TextEdit]? = nil
  ) {
    let diagnostic = Diagnostic(
      code: code, severity: severity, message: message, suggestion: suggestion,
      place: range.map { sink.place($0) }, file: config.source.name)
    guard !findings.contains(where: { $0.finding.diagnostic == diagnostic }) else { return }
    findings.append(
      (range?.lowerBound ?? .max, ConfigFinding(diagnostic: diagnostic, fix: fix)))
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
        let below =
          number < 1
          ? nil
          : (1...min(number, 1 << 24)).reversed().prefix(100_000).first {
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
        "'\(canvases.name)' must list canvases whose sides are multiples of \(canvases.base) pixels, up to "
          + "\(ProcessorLimits.side)", at: found.range)
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
    if text.contains("${")
      || config.text.form == .shell && text.contains(where: { $0 == "$" || $0 == "`" })
    {
      add(
        .note, .embedUnresolved, "'\(key.name)' is \(quoted(text)), which is set elsewhere",
        at: found.range)
      return
    }
    // What a person means by `1280*28*28` or `1e6` is clear; what reads the config sees text.
    let arithmetic = ShellArithmetic(Array(text.utf8), 0..<text.utf8.count)
    var meant = arithmetic?.value
    // A product for another grid means its tokens.
    if key.scale.cell != nil, key.scale.unit == .pixels, let value = meant,
      let grid = GridEvidence.grid(arithmetic?.factors ?? [], value)
    {
      meant = key.scale.value(forAtMost: grid.tokens)
    }
    if meant == nil, found.looksNumeric, let number = Double(text), number >= 1, number < 1e12,
      number == number.rounded()
    {
      meant = Int(number)
    }
    if let meant, key.prefix.isEmpty {
      add(
        .error, .checkNotANumber,
        "'\(key.name)' is read as the text \(quoted(text)), not as a number", at: found.range,
        suggestion: "write \(meant)", fix: edits(reading, meant))
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
    guard let cell = reading.key.scale.cell, reading.key.scale.unit == .pixels,
      let tokens = reading.tokens
    else { return }
    let evidence = GridEvidence(config.source, reading.found, number)
    if let grid = evidence.grid {
      guard grid.cell != cell else { return }
      // More pixels than can be counted are none that a person meant.
      let meant = reading.key.scale.value(forAtMost: grid.tokens)
      // A comment that says more than the product would be left half true.
      var fix = evidence.isOnlyProduct ? meant.flatMap { edits(reading, $0) } : nil
      fix? += grid.places(outside: reading.found.range).map { TextEdit($0, String(cell)) }
      add(
        .error, .checkWrongGrid,
        "\(number) is \(grid.tokens) tokens on a grid of \(grid.cell) pixels, but \(model) has one of "
          + "\(cell): these are \(tokens) tokens", at: reading.found.range,
        suggestion: meant.map {
          "for \(grid.tokens) tokens write \($0) (\(grid.tokens)*\(cell)*\(cell))"
        },
        fix: fix)
      return
    }
    // Multiples of 28 * 28 come from Qwen2-VL and Qwen2.5-VL; on a finer grid they are a relic. The
    // other way round a number such as 262144 = 512 * 512 says nothing.
    guard cell == 32, number.isMultiple(of: 28 * 28), !evidence.confirms(tokens) else { return }
    let old = number / (28 * 28)
    guard let meant = reading.key.scale.value(forAtMost: old) else { return }
    add(
      .warning, .checkWrongGrid,
      "\(number) is \(old) tokens on the grid of 28 pixels that Qwen2-VL and Qwen2.5-VL have, but \(model) "
        + "has one of \(cell): these are \(tokens) tokens", at: reading.found.range,
      suggestion:
        "for \(old) tokens write \(meant) (\(old)*\(cell)*\(cell))"
        + (config.text.form == .json
          ? ""
          : "; if \(tokens) are meant, say so behind the value: \(TrainingConfig.note(tokens))"))
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
    guard let upper = config.deciding(most), let limit = upper.number else { return }
    if least.isEmpty, let key = config.schema.least.first, let number = config.schema.leastFallback,
      key.scale.unit == upper.key.scale.unit, number > limit
    {
      add(
        .warning, .checkMinAboveMax,
        "'\(upper.key.name)' is \(limit), less than the \(number) pixels that the processor enlarges images "
          + "to where nothing else is set", at: upper.found.range,
        suggestion: config.schema.isLeastFixed
          ? "no key of \(config.framework.title) changes that: \(key.scale.tokens(under: number) ?? 0) tokens is "
            + "the smallest budget" : "set '\(key.name)' too")
    }
    guard let lower = config.deciding(least), let number = lower.number,
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
  /// The context or the number of images cannot be read.
  public static let checkContextUnread = Self("check.context-unread")
  /// Rounding gives images more tokens than the value says.
  public static let checkRounding = Self("check.rounding")
  /// Training and serving have different budgets.
  public static let checkServingDiffers = Self("check.serving-differs")
}
