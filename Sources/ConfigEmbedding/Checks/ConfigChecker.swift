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

  // MARK: Context

  /// The images of a sample against the longest sequence.
  mutating func checkContext(images: Int?) {
    guard let budget = config.budget, let context = context() else { return }
    var count = images ?? 1
    if images == nil {
      switch imagesOfASample() {
      case .stated(let number): count = number
      case .unstated: break
      case .unreadable: return
      }
    }
    guard count > 0 else { return }
    let limit = context.tokens
    // Strips are rare: what images of usual shapes take is what counts here.
    let most = budget.mostTokensOfUsualShapes
    let total = Int128(most) * Int128(count)
    // The same count as the limit 'max_context' of a policy, of a request with no more than an output token.
    guard Workload.shortest(images: count).positions(visionTokens: most) > limit else { return }
    let what =
      count == 1
      ? "an image of up to \(most) vision tokens"
      : "\(count) images of up to \(most) vision tokens, \(total) together,"
    let room = largestBudget(within: (limit - 1) / count)
    let value = self.most.first { $0.key.name == budget.key }?.found.range
    add(
      budget.origin == nil ? .error : .warning, .checkOverContext,
      "\(what) \(count == 1 ? "leaves" : "leave") no room for text in \(limit) tokens (\(context.key))"
        + (budget.origin.map { "; the config sets no budget, and this is \($0)" } ?? ""),
      at: value ?? context.place,
      suggestion: room > 0
        ? "at most \(room) tokens an image, less what the text needs, or a longer context"
        : "fewer images, or a longer context")
  }

  /// The largest budget under which images of usual shapes stay within so many tokens.
  private func largestBudget(within room: Int) -> Int {
    guard let key = config.deciding(most)?.key ?? config.schema.most.first,
      case .beforeProcessor = config.framework.resizing
    else { return room }
    func fits(_ tokens: Int) -> Bool {
      guard let value = key.scale.value(forAtMost: tokens) else { return false }
      return (config.mostTokens(key, value, longestShape: 2) ?? tokens) <= room
    }
    var (low, high) = (0, max(0, min(room, TrainingConfig.mostTokens)))
    while low < high {
      let middle = (low + high + 1) / 2
      if fits(middle) { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The longest sequence, and where it is set; `nil` where nothing is known of it.
  private mutating func context() -> (tokens: Int, key: String, place: SourceRange?)? {
    for path in config.framework.contexts {
      let name = "'\(path.joined(separator: "."))'"
      do throws(ConfigObstacle) {
        guard let found = try config.text.value(at: path), found.content != .null else { continue }
        if let tokens = found.integer ?? multiple(found.text), tokens > 0 {
          return (tokens, name, found.range)
        }
        add(
          .note, .checkContextUnread,
          "\(name) is no number that can be read here, so the budget is not compared with it",
          at: found.range)
      } catch {
        add(
          .note, .checkContextUnread,
          "\(name) is not compared with the budget: \(error.message)", at: error.range)
      }
      return nil
    }
    return config.framework.defaultContext.map {
      ($0, "the default of \(config.framework.title)", nil)
    }
  }

  /// A whole number behind which the framework takes a letter for a multiple.
  private func multiple(_ text: String?) -> Int? {
    guard let text, let letter = text.last, let factor = config.framework.multiples[letter],
      let number = Int(text.dropLast()), (1...1_000_000).contains(number)
    else { return nil }
    return number * factor
  }

  /// The images that a config allows a sample.
  private enum ImagesOfASample {
    case stated(Int)
    /// The config does not say.
    case unstated
    /// What it says cannot be read.
    case unreadable
  }

  private mutating func imagesOfASample() -> ImagesOfASample {
    for path in config.framework.images {
      do throws(ConfigObstacle) {
        for path in [path, path + ["count"]] {
          if let number = try config.text.value(at: path)?.integer {
            return .stated(number)
          }
        }
        // The older form: `image=8,video=0`.
        if let text = try config.text.value(at: Array(path.dropLast()))?.text,
          let match = text.firstMatch(of: /image=(\d{1,9})/)
        {
          return Int(match.1).map { .stated($0) } ?? .unreadable
        }
      } catch {
        add(
          .note, .checkContextUnread,
          "'\(path.joined(separator: "."))' cannot be read here: \(error.message)", at: error.range)
        return .unreadable
      }
    }
    return .unstated
  }

  /// Rounding behind the framework's own resizing.
  mutating func checkRounding() {
    guard case .beforeProcessor = config.framework.resizing, let budget = config.budget,
      budget.mostTokens > budget.tokens, let reading = config.deciding(most),
      let cell = reading.key.scale.cell
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
    // A value that allows for rounding and one that need not can mean the same.
    guard Set([mine.tokens, mine.mostTokens]).isDisjoint(with: [other.tokens, other.mostTokens])
    else {
      return
    }
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
  /// The context or the number of images cannot be read.
  public static let checkContextUnread = Self("check.context-unread")
  /// Rounding gives images more tokens than the value says.
  public static let checkRounding = Self("check.rounding")
  /// Training and serving have different budgets.
  public static let checkServingDiffers = Self("check.serving-differs")
}
