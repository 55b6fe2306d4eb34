import BudgetDocuments
import SourceText

/// Settings with their positions moved to where a document's sink looks for them.
struct SplicedSettings {
  let settings: [DocumentSetting]
  let sources: [SourceFile]
  let steps: [[YAMLStep]]
  let values: [YAMLNode]

  /// The settings that later ones replace, by number: the part of their path that the later one sets.
  private let replacedAt: [Int: Int]

  /// - Complexity: O(length of the settings).
  init(_ settings: [DocumentSetting]) {
    self.settings = settings
    sources = settings.map(\.source)
    steps = settings.enumerated().map { number, setting in
      setting.steps.map {
        YAMLStep($0.part, range: $0.range.moved(by: DiagnosticSink.spliceOffset(number)))
      }
    }
    values = settings.enumerated().map { number, setting in
      setting.value.moved(by: DiagnosticSink.spliceOffset(number))
    }
    struct Place: Hashable {
      let parts: [YAMLStep.Part]
      let role: DocumentRole?
    }
    var last: [Place: Int] = [:]
    for (number, setting) in settings.enumerated() {
      last[Place(parts: setting.steps.map(\.part), role: setting.role)] = number
    }
    var replacedAt: [Int: Int] = [:]
    for (number, setting) in settings.enumerated() {
      let parts = setting.steps.map(\.part)
      let roles = setting.role.map { [$0, nil] } ?? DocumentRole.allCases + [nil]
      replacedAt[number] = (1..<max(1, parts.count)).first { count in
        roles.contains { role in
          last[Place(parts: Array(parts[..<count]), role: role)].map { $0 > number } ?? false
        }
      }
    }
    self.replacedAt = replacedAt
  }

  /// How many parts of a setting's path must be known: all, or those that a later setting has in common
  /// with it and replaces.
  func checkedParts(_ number: Int) -> Int { replacedAt[number] ?? steps[number].count }

  /// Diagnostics of a changed document. What points into the document itself, which was in order, says
  /// that it was changed.
  func explained(
    _ diagnostics: [Diagnostic], of file: String, changedBy numbers: [Int]
  ) -> [Diagnostic] {
    var names = numbers.prefix(3).map { quoted(settings[$0].argument) }
    if numbers.count > 3 { names.append("\(numbers.count - 3) more") }
    let remark = Suggestion("this document is changed by " + names.joined(separator: ", "))
    return diagnostics.map { diagnostic in
      guard diagnostic.severity == .error, diagnostic.file == file else { return diagnostic }
      return Diagnostic(
        code: diagnostic.code, severity: diagnostic.severity, message: diagnostic.message,
        suggestion: diagnostic.suggestion.map { "\($0); \(remark)" } ?? remark,
        file: file, span: diagnostic.span, excerpt: diagnostic.excerpt)
    }
  }

  /// Diagnostics in the order of the arguments; those of documents first, and remarks on all of them last.
  func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let numbers = Dictionary(
      sources.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { $1 })
    return diagnostics.enumerated().sorted { first, second in
      func key(_ entry: (offset: Int, element: Diagnostic)) -> (Int, Int, Int, Int) {
        // That there are more problems than are shown comes last.
        if entry.element.severity == .note { return (sources.count, 0, 0, entry.offset) }
        guard let number = entry.element.file.flatMap({ numbers[$0] }) else {
          return (-1, 0, 0, entry.offset)
        }
        return (
          number, entry.element.span?.line ?? 0, entry.element.span?.column ?? 0, entry.offset
        )
      }
      return key(first) < key(second)
    }.map(\.element)
  }
}
