import BudgetDocuments
import ComputeCosts
import SourceText
import TokenBudget

extension TokenCount {
  /// The count for people.
  public var text: String {
    var lines = TextReport()
    for (image, layout) in zip(images, layouts) {
      lines.line("\(image): \(tokensText(layout.tokens))\(layout.shapeText)\(markers(layout))")
    }
    if images.count > 1 { lines.line("together: \(tokensText(tokens))") }
    lines.blank()
    lines.row("Family", settings.family.name)
    for (index, setting) in settings.family.settings.enumerated() {
      guard let value = settings.values[setting.name], let origin = settings.origins[setting.name]
      else { continue }
      lines.row(
        index == 0 ? "Settings" : "", "\(setting.name) = \(shortText(value)) (\(origin.words))")
    }
    for (index, words) in sources.foundInWords.enumerated() {
      lines.row(index == 0 ? "Read" : "", words)
    }
    return lines.text
  }

  /// The count as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    guard case .object(var members) = JSONValue.layout(layouts[0]) else {
      preconditionFailure("a layout is an object")
    }
    // One image's keys stand at the top too, where most scripts look.
    members["tokens"] = .integer(tokens)
    members["extra_text_tokens"] = .integer(layouts.reduce(0) { $0 + $1.extraTextTokens })
    members["schema_version"] = .integer(jsonSchemaVersion)
    members["family"] = .string(settings.family.name)
    members["images"] = .list(Array(zip(images, layouts))) { image, layout in
      guard case .object(var members) = JSONValue.layout(layout) else { return .null }
      members["width"] = .integer(image.width)
      members["height"] = .integer(image.height)
      return .object(members)
    }
    members["settings"] = .object(
      Dictionary(
        uniqueKeysWithValues: settings.family.settings.compactMap { setting in
          guard let value = settings.values[setting.name],
            let origin = settings.origins[setting.name]
          else { return nil }
          return (
            setting.name,
            JSONValue.object(["value": .setting(value), "origin": .string(origin.words)])
          )
        }))
    members["files"] = .list(sources, JSONValue.source)
    members["diagnostics"] = .diagnostics(diagnostics)
    return JSONValue.object(members).text
  }

  private func markers(_ layout: ImageLayout) -> String {
    layout.extraTextTokens == 0
      ? "" : ", and \(tokensText(layout.extraTextTokens)) of markers in the text"
  }

  private func shortText(_ value: SettingValue) -> String {
    if case .sizes(let sizes) = value, sizes.count > 8 { return "\(sizes.count) sizes" }
    return value.description
  }
}

extension [PublishedSource] {
  /// The files in words; none where all were given by their paths, and nothing had to be found.
  var foundInWords: [String] {
    guard contains(where: \.isFound) else { return [] }
    return map { source in
      guard let model = source.model, let revision = source.revision else {
        return printable(path: source.path)
      }
      return "\(source.name) of \(model) at \(revision)"
    }
  }
}

extension JSONValue {
  static func source(_ source: PublishedSource) -> JSONValue {
    .object([
      "role": .string(source.role.rawValue), "path": .string(source.path),
      "model": source.model.map { .string($0) } ?? .null,
      "revision": source.revision.map { .string($0) } ?? .null,
      "found": .bool(source.isFound),
    ])
  }

  static func setting(_ value: SettingValue) -> JSONValue {
    switch value {
    case .count(let count): .integer(count)
    case .flag(let flag): .bool(flag)
    case .number(let number): .number(number)
    case .sizes(let sizes): .list(sizes) { .array([.integer($0.height), .integer($0.width)]) }
    }
  }
}

extension ModelImport {
  /// The import as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "yaml": .string(yaml),
      "files": .list(sources, JSONValue.source),
      "defaults": .list(defaults) {
        .object([
          "key": .string($0.path.joined(separator: ".")), "value": .string($0.value),
          "reason": .string($0.reason),
        ])
      },
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}
