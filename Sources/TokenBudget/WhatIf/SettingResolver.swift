import BudgetDocuments
import SourceText

/// Finds out which document each setting belongs to, and says what is wrong with those that belong to
/// none or to several.
final class SettingResolver {
  private let settings: SplicedSettings
  private let base: Drafts
  private let tried: Drafts

  /// Where problems go.
  let sink: DiagnosticSink

  /// - Parameters:
  ///   - settings: The settings.
  ///   - base: The documents as they stand.
  ///   - tried: The documents with every setting that may belong to them.
  init(_ settings: SplicedSettings, base: Drafts, tried: Drafts) {
    self.settings = settings
    self.base = base
    self.tried = tried
    sink = DiagnosticSink(
      SourceFile(name: settings.sources.first?.name ?? Parameter.set.description, text: ""),
      spliced: settings.sources, recorder: nil)
  }

  /// What a document makes of a setting's path.
  private enum Verdict {
    /// Its schema has the path.
    case known
    /// Its schema has the path as far as can be told, and another error hides the rest.
    case hidden
    /// Its schema has the path, and the document holds something there that the path does not fit.
    case misfit(YAMLPathProblem)
    /// Its schema lacks the part at this index.
    case unknown(Int)
  }

  /// The document that a setting belongs to; `nil` after reporting why it has none.
  func role(of number: Int, candidates: [DocumentRole]) -> DocumentRole? {
    let verdicts = candidates.map { (role: $0, verdict: verdict(on: number, in: $0)) }
    let known = verdicts.filter {
      switch $0.verdict {
      case .known, .misfit: true
      case .hidden, .unknown: false
      }
    }
    if known.count > 1 {
      reportSeveral(number, known.map(\.role))
      return nil
    }
    if let (role, verdict) = known.first {
      guard case .misfit(let problem) = verdict else { return role }
      report(problem, number, role)
      return nil
    }
    if let hidden = verdicts.first(where: { if case .hidden = $0.verdict { true } else { false } })
    {
      return hidden.role
    }
    // The document that knows most of the path is the one that was meant.
    var most: (role: DocumentRole, part: Int)?
    for case (let role, .unknown(let part)) in verdicts where part > most?.part ?? -1 {
      most = (role, part)
    }
    reportUnknown(number, part: most?.part ?? 0, in: most?.role ?? settings.settings[number].role)
    return nil
  }

  private func verdict(on number: Int, in role: DocumentRole) -> Verdict {
    let draft = tried[role]
    let steps = settings.steps[number]
    let problem = draft.problems[number]
    let checked = min(settings.checkedParts(number), problem?.part ?? steps.count)
    var shape = ""
    for (index, step) in steps[..<checked].enumerated() {
      guard case .key(let key) = step.part else {
        shape += "[i]"
        continue
      }
      let isHidden = draft.hasErrors(outside: settings.sources[number].name)
      guard let keys = draft.keys[shape] else { return isHidden ? .hidden : .unknown(index) }
      if keys.withoutUse.contains(key) { return .known }
      guard keys.asked.contains(key) else {
        return isHidden && !keys.isComplete ? .hidden : .unknown(index)
      }
      shape += (shape.isEmpty ? "" : ".") + key
    }
    return problem.map { .misfit($0) } ?? .known
  }

  // MARK: Reports

  private func spelled(_ number: Int, _ count: Int) -> String {
    DocumentSetting.path(settings.steps[number][..<count])
  }

  private func reportSeveral(_ number: Int, _ roles: [DocumentRole]) {
    let steps = settings.steps[number]
    sink.report(
      .settingAmbiguous,
      "'\(settings.settings[number].path)' is known in \(Self.list(roles.map(\.words), "and"))",
      at: steps[0].range.lowerBound..<(steps.last ?? steps[0]).range.upperBound,
      suggestion: Suggestion(
        "say which is meant: "
          + Self.list(
            roles.map { "'\($0.rawValue).\(settings.settings[number].path)=…'" }, "or")))
  }

  private func report(_ problem: YAMLPathProblem, _ number: Int, _ role: DocumentRole) {
    let steps = settings.steps[number]
    let parent = "'\(spelled(number, problem.part))'"
    let range = steps[problem.part].range
    switch problem {
    case .noSuchItem(_, 0):
      sink.report(
        .settingNoSuchItem, "\(parent) of \(role.words) has no items", at: range,
        suggestion: "the first is '[0]'")
    case .noSuchItem(_, let count):
      sink.report(
        .settingNoSuchItem,
        "\(parent) of \(role.words) has \(count) \(count == 1 ? "item" : "items"), counted from 0",
        at: range, suggestion: "the last is '[\(count - 1)]', and '[\(count)]' adds one")
    case .notAList(_, let found):
      sink.report(
        .settingNoSuchItem,
        "\(problem.part == 0 ? "the root" : parent) of \(role.words) is no list but \(found)",
        at: range)
    case .isAList:
      sink.report(
        .settingNoSuchItem, "\(parent) of \(role.words) is a list: say which item is meant",
        at: range,
        suggestion: "for example '\(spelled(number, problem.part))[0]."
          + "\(DocumentSetting.path(steps[problem.part...]))=…'")
    }
  }

  private func reportUnknown(_ number: Int, part: Int, in role: DocumentRole?) {
    let steps = settings.steps[number]
    let name = DocumentSetting.path(steps[part...part])
    let parent = part > 0 ? "'\(spelled(number, part))' of " : ""
    let document = role?.words ?? Self.list(DocumentRole.allCases.map(\.words), "or")
    sink.report(
      .settingUnknownPath, "'\(name)' is not known in \(parent)\(document)", at: steps[part].range,
      suggestion: suggestion(number, part: part, in: role))
  }

  // MARK: Suggestions

  /// Every path of the documents, with all that absent parts can hold.
  private lazy var paths: [(role: DocumentRole, paths: [String])] = DocumentRole.allCases.map {
    role in
    let known = base.knownPaths(of: role)
    let found = Set(known)
    // What settings make possible: the parameters of a law of another form.
    let changed = tried[role]
    return (role, known + changed.paths(in: changed.keys).filter { !found.contains($0) })
  }

  /// The paths of what the documents and the settings state, which cost no reading.
  private lazy var stated = Set(
    DocumentRole.allCases.flatMap { role in
      base[role].paths(in: base[role].keys) + tried[role].paths(in: tried[role].keys)
    })

  private func suggestion(_ number: Int, part: Int, in role: DocumentRole?) -> Suggestion? {
    let steps = settings.steps[number]
    guard case .key(let written) = steps[part].part else { return nil }
    let roles = role.map { [$0] } ?? DocumentRole.allCases
    let shape = Self.shape(steps[..<part])
    // The same place, another key.
    var seen: Set<String> = part > 0 ? [] : ["kind", "schema"]
    let siblings = roles.flatMap { tried[$0].keys[shape]?.asked ?? [] }
      .filter { seen.insert($0).inserted }
    if let key = nearestName(to: written, among: siblings) {
      let range = steps[part].range
      var meant = steps
      meant[part] = YAMLStep(.key(key), range: range)
      let whole = Self.shape(meant[...])
      let isKnown =
        part == steps.count - 1 || stated.contains(whole)
        || paths.contains { $0.paths.contains(whole) }
      return "did you mean '\(DocumentSetting.path(meant[...(isKnown ? steps.count - 1 : part)]))'?"
    }
    // Another place: the same key, else the path that is spelt most alike.
    let prefix = shape.isEmpty ? "" : shape + "."
    let elsewhere = paths.filter { role == nil || part > 0 || $0.role == role }
      .flatMap(\.paths).filter { path in
        !(path.hasPrefix(prefix) && !path.dropFirst(prefix.count).contains("."))
          || (prefix.isEmpty && steps.count > 1)
      }
    if case .key(let last) = steps[steps.count - 1].part {
      let same = elsewhere.filter { $0 == last || $0.hasSuffix("." + last) }
      if (1...3).contains(same.count) {
        let places = Self.list(same.map { "'\(filled($0, from: steps))'" }, "or")
        return "did you mean \(places)?"
      }
    }
    // A key that takes a value may be meant without what follows it; a mapping is none.
    let ancestors = siblings.isEmpty ? [] : steps.indices.map { Self.shape(steps[..<$0]) }
    if let nearest = nearestName(
      to: Self.shape(steps[...]), among: elsewhere.filter { !ancestors.contains($0) })
    {
      return "did you mean '\(filled(nearest, from: steps))'?"
    }
    guard !siblings.isEmpty else { return nil }
    return "known keys: \(siblings.joined(separator: ", "))"
  }

  /// A path with the items that were written for each `[i]`, or the first.
  private func filled(_ path: String, from steps: [YAMLStep]) -> String {
    var indices = steps.compactMap { if case .item(let index) = $0.part { index } else { nil } }[
      ...]
    return path.split(separator: "[i]", omittingEmptySubsequences: false).map(String.init)
      .reduce(into: "") { text, piece in
        if !text.isEmpty { text += "[\(indices.popFirst() ?? 0)]" }
        text += piece
      }
  }

  private static func shape(_ steps: ArraySlice<YAMLStep>) -> String {
    var shape = ""
    for step in steps {
      switch step.part {
      case .item: shape += "[i]"
      case .key(let key): shape += (shape.isEmpty ? "" : ".") + key
      }
    }
    return shape
  }

  /// Words as prose: "a", "a or b", "a, b or c".
  private static func list(_ words: [String], _ joint: String) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(joint) " + last
  }
}

extension YAMLPathProblem {
  /// The part of the path that does not fit.
  fileprivate var part: Int {
    switch self {
    case .noSuchItem(let part, _), .notAList(let part, _), .isAList(let part): part
    }
  }
}

extension Diagnostic.Code {
  /// No document knows the path of a setting.
  public static let settingUnknownPath = Self("setting.unknown-path")
  /// Several documents know the path of a setting.
  public static let settingAmbiguous = Self("setting.ambiguous")
  /// A setting of an item that a list does not have, or of an item of no list.
  public static let settingNoSuchItem = Self("setting.no-such-item")
}
