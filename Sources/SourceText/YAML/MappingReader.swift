/// Reads the keys of one mapping and, at the end, reports those that nobody asked for.
///
/// ```swift
/// guard var language = field.mapping() else { return nil }
/// let layers = language.required("layers")?.integer(in: 1...10_000)
/// let window = language.optional("window")?.integer(in: 1...1_000_000)
/// language.finish()
/// ```
package struct MappingReader {
  /// The mapping itself, for problems that concern it as a whole.
  package let field: Field

  private let entries: [YAMLEntry]
  private var asked: [String] = []
  private let record: KeyRecorder.Record?

  init(field: Field, entries: [YAMLEntry]) {
    self.field = field
    self.entries = entries
    record = field.sink.recorder?.record(field.path)
  }

  /// The keys present, in the order of the source.
  package var keys: [String] { entries.map(\.key) }

  /// The value of a key that may be absent.
  package mutating func optional(_ key: String) -> Field? {
    asked.append(key)
    record?.ask(key)
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    return Field(node: entry.value, path: path(of: key), sink: field.sink)
  }

  /// The value of a key that must be there.
  ///
  /// A key that is absent, but whose near misspelling is present, is reported once: at the
  /// misspelling, by ``finish()``.
  package mutating func required(_ key: String, suggestion: Suggestion? = nil) -> Field? {
    if let found = optional(key) { return found }
    missing.append((key, suggestion))
    return nil
  }

  private var missing: [(key: String, suggestion: Suggestion?)] = []

  /// Reports the keys that are missing and the keys that no call asked for.
  ///
  /// - Parameters:
  ///   - unavailable: Keys that this version cannot honour though leaving them out would change
  ///     the answer, and what to say of them. Each is an error.
  ///   - unused: Keys that this version reads past without changing the answer, and what to say
  ///     of them. Each is a warning.
  package mutating func finish(
    unavailable: [String: String] = [:], unused: [String: String] = [:]
  ) {
    record?.finish(withoutUse: unavailable.keys.sorted() + unused.keys.sorted())
    let present = Set(entries.map(\.key))
    var absent = asked.filter { !present.contains($0) }
    var unknown = 0
    for entry in entries where !asked.contains(entry.key) {
      if let note = unavailable[entry.key] {
        field.sink.report(
          .unavailableKey, "'\(path(of: entry.key))' \(note)", at: entry.keyRange)
      } else if let note = unused[entry.key] {
        field.sink.warn(.unusedKey, "'\(path(of: entry.key))' \(note)", at: entry.keyRange)
      } else {
        // Past the sink's share nobody sees a suggestion, and looking for one takes the longest.
        unknown += 1
        let nearest =
          unknown > DiagnosticSink.limit ? nil : nearestName(to: entry.key, among: absent)
        if let nearest {
          missing.removeAll { $0.key == nearest }
          absent.removeAll { $0 == nearest }
        }
        reportUnknown(entry, nearest: nearest)
      }
    }
    reportMissing()
  }

  /// Reports the required keys that are missing, and nothing else: for a reader that stops early.
  ///
  /// A key that stands there misspelt is reported as that.
  package mutating func reportMissing() {
    for (key, suggestion) in missing {
      let misspelt = entries.prefix(DiagnosticSink.limit).first {
        !asked.contains($0.key) && nearestName(to: $0.key, among: [key]) != nil
      }
      if let misspelt {
        reportUnknown(misspelt, nearest: key)
        continue
      }
      let place = field.node.range
      field.sink.report(
        .missingKey, "\(field.name) lacks the key '\(key)'",
        at: place.lowerBound..<min(place.lowerBound + 1, place.upperBound),
        suggestion: suggestion)
    }
    missing = []
  }

  private func reportUnknown(_ entry: YAMLEntry, nearest: String?) {
    field.sink.report(
      .unknownKey,
      "unknown key \(quoted(entry.key))" + (field.path.isEmpty ? "" : " in \(field.name)"),
      at: entry.keyRange,
      suggestion: nearest.map { "did you mean '\($0)'?" }
        ?? (isRestOfNumber(entry)
          ? "decimals take a point; between braces a comma separates entries"
          : "known keys: \(asked.joined(separator: ", "))"))
  }

  /// Whether an entry is what a decimal comma leaves of a number: `{ score: 52,5 }`.
  private func isRestOfNumber(_ entry: YAMLEntry) -> Bool {
    guard let first = entry.key.utf8.first, 0x30...0x39 ~= first,
      case .scalar(let value) = entry.value.content
    else { return false }
    return value.kind == .null
  }

  private func path(of key: String) -> String {
    let shown = key.unicodeScalars.count <= 60 ? key : String(key.prefix(60)) + "…"
    return field.path.isEmpty ? shown : field.path + "." + shown
  }
}

extension Diagnostic.Code {
  /// A key is not part of the schema.
  package static let unknownKey = Self("document.unknown-key")
  /// A key is part of the design, and this version cannot honour it.
  package static let unavailableKey = Self("document.unavailable-key")
  /// A key is part of the design, and this version does not use it.
  package static let unusedKey = Self("document.unused-key")
  /// A required key is absent.
  package static let missingKey = Self("document.missing-key")
}
