import ComputeCosts
import SourceText

extension ConfigChecker {
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
