import ComputeCosts
import SourceText

/// A config with a vision-token budget written into it.
public struct Embedding: Sendable {
  /// One value that was written.
  public struct Change: Sendable, Equatable {
    /// The key, its parts joined by dots.
    public let key: String
    /// What it held; `nil` where it was added.
    public let before: String?
    /// What it holds now.
    public let after: String
    /// Where it stands in the new text.
    public let place: SourcePlace
  }

  /// The config as it was.
  public let original: SourceFile
  /// The config as it is now.
  public let result: SourceFile
  /// The tokens that were asked for.
  public let requested: Int
  /// The most tokens of an image that the written value allows, by the processor's rule.
  public let tokens: Int
  /// The most tokens of any image: more than ``tokens`` where the framework resizes before the processor
  /// rounds, and for strips that would be less than one cell high.
  public let mostTokens: Int
  /// The same for images whose longer side is at most twice the shorter.
  public let mostTokensOfUsualShapes: Int
  /// The most pixels under which no image gets more than ``requested`` tokens, where the framework
  /// resizes first; `nil` elsewhere.
  public let safeValue: Int?
  /// What was written, in the order of the text. Empty where the config already said so.
  public let changes: [Change]
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  /// The new text.
  public var text: String { result.text }
  /// Whether anything differs.
  public var isChanged: Bool { original.bytes != result.bytes }
  /// The difference in the unified format; empty where there is none.
  public var diff: String { UnifiedDiff.between(original, result) }
}

/// How a budget is written.
public struct EmbeddingOptions: Sendable {
  /// Whether a comment says how many tokens the value means.
  public var annotates = false
  /// Whether the value is kept so low that the rounding behind it stays within the budget.
  public var isSafe = false

  /// Options.
  public init(annotates: Bool = false, isSafe: Bool = false) {
    self.annotates = annotates
    self.isSafe = isSafe
  }
}

extension TrainingConfig {
  /// The most tokens that a budget may have: a larger image than any processor takes.
  public static let mostTokens = 1 << 18

  /// The config with a budget of so many vision tokens an image.
  ///
  /// What is written is the largest value under which no image gets more tokens. All keys of the bound
  /// that are there are kept in agreement; where none is, one is added. Every other byte stays.
  ///
  /// - Parameters:
  ///   - tokens: From 1 to ``mostTokens``.
  ///   - options: How it is written.
  /// - Throws: ``SourceText/InvalidDocument`` where the budget is below what the model can be set to, or the value
  ///   cannot be changed without changing something else.
  /// - Complexity: O(size).
  public func embedding(
    tokens: Int, options: EmbeddingOptions = EmbeddingOptions()
  ) throws(InvalidDocument) -> Embedding {
    guard (1...Self.mostTokens).contains(tokens) else {
      throw InvalidDocument.refusal(
        .embedTokens, "a budget must be from 1 to \(Self.mostTokens) tokens, found \(tokens)",
        file: source.name)
    }
    var assignments: [Assignment] = []
    var notes: [Diagnostic] = diagnostics
    do throws(ConfigObstacle) {
      assignments = try plan(tokens, options, &notes)
    } catch {
      throw failure(error)
    }
    let edited = try applied(assignments)
    let result = try annotated(edited, options, tokens: tokens, assignments, &notes)
    let changes = try changes(in: result, assignments)
    // A budget that leaves no room for text is worth a word before the run starts.
    if let after = try? TrainingConfig(
      result.source, framework: framework.id, given: givenFamily)
    {
      for finding in after.findings().map(\.diagnostic)
      where finding.code == .checkOverContext || finding.code == .checkUnreadKey {
        notes.append(
          Diagnostic(
            code: finding.code, severity: .warning, message: finding.message,
            suggestion: finding.suggestion, file: finding.file, span: finding.span,
            excerpt: finding.excerpt))
      }
    }
    let first = assignments.first { $0.key != nil }
    let allowed = assignments.first?.tokens ?? tokens
    var most = allowed
    var usual = allowed
    var safe: Int?
    if let key = first?.key, case .integer(let value, _, _)? = first?.value {
      most = mostTokens(key, value) ?? allowed
      usual = mostTokens(key, value, longestShape: 2) ?? allowed
      if case .beforeProcessor = framework.resizing, let cell = key.scale.cell {
        safe = ResizeThenRound(cell: cell).safePixels(tokens: tokens)
      }
    }
    return Embedding(
      original: source, result: result.source, requested: tokens, tokens: allowed,
      mostTokens: most, mostTokensOfUsualShapes: usual, safeValue: safe, changes: changes,
      diagnostics: notes)
  }

  /// One value that is to be written.
  struct Assignment {
    let path: [String]
    let value: NewValue
    var isQuoted = false
    var neighbours: [String] = []
    /// The key whose number it is; `nil` for a flag beside it.
    var key: BudgetKey?
    /// Tokens that it allows.
    var tokens: Int?

    /// What the config holds once it is written.
    var content: FoundValue.Content {
      switch value {
      case .integer(let number, _, _): .integer(number)
      case .flag(let flag): .flag(flag)
      case .text(let text): .text(text)
      }
    }
  }

  // MARK: Planning

  private func plan(
    _ tokens: Int, _ options: EmbeddingOptions, _ notes: inout [Diagnostic]
  ) throws(ConfigObstacle) -> [Assignment] {
    if let canvases = schema.canvases { return [try plan(tokens, canvases)] }
    if let fixed = schema.fixed {
      guard fixed.tokens > tokens else {
        return [Assignment(path: [], value: .text(""), tokens: fixed.tokens)]
      }
      throw ConfigObstacle(
        code: .embedBelowLattice,
        message:
          "every image has \(fixed.tokens) tokens, since \(fixed.reason), and \(tokens) were asked "
          + "for", range: nil)
    }
    var keys: [BudgetKey] = []
    for key in schema.most where try text.value(at: key.path) != nil { keys.append(key) }
    if keys.isEmpty { keys = Array(schema.most.prefix(1)) }
    var assignments: [Assignment] = []
    for key in keys {
      // With crops switched off there is the whole image alone.
      if let path = key.switchPath, key.scale.value(forAtMost: tokens) == nil,
        let single = family?.defaultCount("tokens_per_image"), tokens >= single
      {
        assignments.append(
          Assignment(path: path, value: .flag(false), tokens: single))
        continue
      }
      guard var value = key.scale.value(forAtMost: tokens) else {
        throw ConfigObstacle(
          code: .embedBelowLattice,
          message:
            "\(family?.name ?? framework.title) cannot be set below \(key.scale.least) tokens by "
            + "'\(key.name)', and \(tokens) were asked for",
          range: (try? text.value(at: key.path))??.range)
      }
      if options.isSafe, case .beforeProcessor = framework.resizing, let cell = key.scale.cell {
        value = ResizeThenRound(cell: cell).safePixels(tokens: tokens)
      }
      if options.isSafe, case .processor = framework.resizing, let most = mostTokens(key, value),
        most > tokens
      {
        // Strips get more than the bound says, √(200 n) of n: the largest bound whose strips stay within.
        guard let lower = key.scale.value(forAtMost: ((tokens + 1) * (tokens + 1) - 1) / 200),
          let strips = mostTokens(key, lower), strips <= tokens
        else {
          throw ConfigObstacle(
            code: .embedBelowLattice,
            message:
              "no value of '\(key.name)' keeps strips of 200:1 at \(tokens) tokens: they are made one token high",
            range: (try? text.value(at: key.path))??.range)
        }
        value = lower
      }
      var allowed = key.scale.tokens(under: value)
      if options.isSafe { allowed = mostTokens(key, value) ?? allowed }
      if let path = key.switchPath {
        assignments.append(
          Assignment(
            path: path, value: .flag(true), neighbours: key.neighbours, tokens: allowed))
      }
      let written: NewValue =
        key.prefix.isEmpty
        ? .integer(value, tokens: allowed, cell: key.scale.cell) : .text(key.prefix + String(value))
      assignments.append(
        Assignment(
          path: key.path, value: written, isQuoted: key.isQuoted, neighbours: key.neighbours,
          key: key, tokens: allowed))
    }
    try lowerLeast(to: tokens, &assignments, &notes)
    // The number itself stands for the answer.
    return assignments.filter { $0.key != nil } + assignments.filter { $0.key == nil }
  }

  /// A smallest budget above the largest one is lowered with it: no processor takes such a pair.
  private func lowerLeast(
    to tokens: Int, _ assignments: inout [Assignment], _ notes: inout [Diagnostic]
  ) throws(ConfigObstacle) {
    func limit(_ key: BudgetKey) -> Int? {
      // Beside a largest budget in the same unit its very number.
      for case .integer(let number, _, _)
        in assignments
        .filter({ $0.key?.scale.unit == key.scale.unit }).map(\.value)
      {
        return number
      }
      return key.scale.value(forAtMost: tokens)
    }
    func lower(_ key: BudgetKey, to value: Int) {
      assignments.append(
        Assignment(
          path: key.path,
          value: .integer(value, tokens: key.scale.tokens(under: value), cell: key.scale.cell),
          isQuoted: key.isQuoted, neighbours: key.neighbours))
    }
    let present = try readings(schema.least)
    let sink = DiagnosticSink(source)
    for reading in present {
      guard let number = reading.number, let value = limit(reading.key), number > value else {
        continue
      }
      sink.warn(
        .embedLeastLowered,
        "'\(reading.key.name)' is \(number), more than the new largest budget; it is lowered to "
          + "\(value)", at: reading.found.range)
      lower(reading.key, to: value)
    }
    if present.isEmpty, let key = schema.least.first, let number = schema.leastFallback,
      let value = limit(key), number > value
    {
      let least = key.scale.tokens(under: number) ?? 0
      sink.warn(
        .embedLeastLowered,
        schema.isLeastFixed
          ? "the processor itself enlarges images to \(number) pixels, \(least) tokens, which no key of "
            + "\(framework.title) changes: smaller budgets have no effect"
          : "'\(key.name)' is not set, and the class's default of \(number) is more than the new largest "
            + "budget; it is set to \(value)", at: nil)
      if !schema.isLeastFixed { lower(key, to: value) }
    }
    notes += sink.diagnostics
  }

  private func plan(_ tokens: Int, _ key: CanvasKey) throws(ConfigObstacle) -> Assignment {
    guard let found = try text.value(at: key.path), let list = found.text else {
      throw ConfigObstacle(
        code: .embedNoPlace, message: "\(key.name) is not in this script", range: nil,
        suggestion: "add the list of canvases that the model was trained with, then run this again")
    }
    guard let canvases = key.canvases(list) else {
      throw ConfigObstacle(
        code: .embedUnresolved,
        message: "\(key.name) must be a list such as [(336, 672)] of sides that are multiples of "
          + "\(key.base), or a range such as (1x1),...,(6x6), up to \(ProcessorLimits.side) pixels",
        range: found.range)
    }
    guard let left = key.canvases(canvases, forAtMost: tokens) else {
      let least =
        canvases.crops.map { key.tokens(.init(crops: [$0], isRange: false)) }.min() ?? 0
      throw ConfigObstacle(
        code: .embedBelowLattice,
        message:
          "every canvas of \(key.name) gives \(least) tokens or more, and \(tokens) were asked for",
        range: found.range)
    }
    let allowed = key.tokens(left)
    return Assignment(
      path: key.path, value: .text(left == canvases ? list : left.text(base: key.base)),
      tokens: allowed)
  }

  // MARK: Writing

  /// The text after all assignments, checked by reading it again.
  private func applied(_ assignments: [Assignment]) throws(InvalidDocument) -> ConfigText {
    var current = text
    for assignment in assignments where !assignment.path.isEmpty {
      var edits: [TextEdit] = []
      do throws(ConfigObstacle) {
        if let found = try current.value(at: assignment.path), found.content == assignment.content {
          continue
        }
        edits = try current.edits(
          setting: assignment.path, to: assignment.value, isQuoted: assignment.isQuoted,
          neighbours: assignment.neighbours)
      } catch {
        throw failure(error)
      }
      let next = current.source.applying(edits)
      guard let read = try? ConfigText(next, form: text.form),
        (try? read.value(at: assignment.path))?.content == assignment.content,
        read.differsOnly(from: current, at: assignment.path)
      else {
        throw failure(
          ConfigObstacle(
            code: .embedUnsafe,
            message: "'\(assignment.path.joined(separator: "."))' cannot be set to "
              + "\(assignment.value.plain) here without changing something else",
            range: edits.first?.range,
            suggestion: "set it by hand, or write the mapping around it with one key a line"))
      }
      current = read
    }
    return current
  }

  private func changes(
    in result: ConfigText, _ assignments: [Assignment]
  ) throws(InvalidDocument) -> [Embedding.Change] {
    let sink = DiagnosticSink(result.source)
    var changes: [(offset: Int, change: Embedding.Change)] = []
    for assignment in assignments where !assignment.path.isEmpty {
      guard let now = try? result.value(at: assignment.path) else { continue }
      let before = (try? text.value(at: assignment.path)).flatMap { $0 }
      guard before?.content != now.content else { continue }
      changes.append(
        (
          now.range.lowerBound,
          Embedding.Change(
            key: assignment.path.joined(separator: "."),
            before: before.map { source.text($0.range) }, after: result.source.text(now.range),
            place: sink.place(now.range))
        ))
    }
    return changes.sorted { $0.offset < $1.offset }.map(\.change)
  }
}

extension Diagnostic.Code {
  /// A budget is no number of tokens that an image can have.
  public static let embedTokens = Self("embed.tokens")
  /// A budget is below what the model can be set to.
  public static let embedBelowLattice = Self("embed.below-lattice")
  /// The smallest budget was above the new largest one, and was lowered with it.
  public static let embedLeastLowered = Self("embed.least-lowered")
  /// A value cannot be changed without changing something else.
  public static let embedUnsafe = Self("embed.not-safe")
}
