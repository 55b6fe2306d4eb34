import BudgetDocuments
import ComputeCosts
import SourceText
import TokenBudget

extension VideoTokenCount {
  /// The count for people.
  public var text: String {
    var lines = TextReport()
    for (video, layout) in zip(videos, layouts) {
      lines.line("\(video.text): \(tokensText(layout.tokens))\(shape(layout))")
    }
    if videos.count > 1 { lines.line("together: \(tokensText(tokens))") }
    lines.blank()
    lines.row("Family", family.name)
    for (index, setting) in processor.settings.enumerated() {
      guard let value = values[setting.name], let origin = origins[setting.name] else { continue }
      // A number or a rate of frames that is not set.
      let isNone = value == .count(0) || value == .number(0)
      lines.row(
        index == 0 ? "Settings" : "",
        "\(setting.name) = \(isNone ? "none" : value.description) (\(origin.words))")
    }
    if let markers = processor.markers { lines.row("Markers", markers) }
    for (index, words) in sources.foundInWords.enumerated() {
      lines.row(index == 0 ? "Read" : "", words)
    }
    return lines.text
  }

  private func shape(_ layout: VideoLayout) -> String {
    var text =
      ", \(grouped(layout.groups)) \(processor.group)\(layout.groups == 1 ? "" : "s")"
      + " of \(grouped(layout.group.tokens))"
    if layout.separators > 0 { text += " and \(grouped(layout.separators)) behind them" }
    if let resized = layout.group.resized { text += ", resized to \(resized)" }
    if layout.extraTextTokens > 0 {
      text += ", and \(tokensText(layout.extraTextTokens)) of markers in the text"
    }
    return text + "; frames taken: \(grouped(layout.frames))"
  }

  /// The count as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "family": .string(family.name),
      "tokens": .integer(tokens),
      "extra_text_tokens": .integer(layouts.reduce(0) { $0 + $1.extraTextTokens }),
      "markers": processor.markers.map { .string($0) } ?? .null,
      "videos": .list(Array(zip(videos, layouts)), JSONValue.video),
      "settings": .object(
        Dictionary(
          uniqueKeysWithValues: processor.settings.compactMap { setting in
            guard let value = values[setting.name], let origin = origins[setting.name] else {
              return nil
            }
            return (
              setting.name,
              JSONValue.object(["value": .setting(value), "origin": .string(origin.words)])
            )
          })),
      "files": .list(sources, JSONValue.source),
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}

extension JSONValue {
  fileprivate static func video(_ pair: (Video, VideoLayout)) -> JSONValue {
    let (video, layout) = pair
    return .object([
      "width": .integer(video.size.width), "height": .integer(video.size.height),
      "frames": .integer(video.frames), "fps": .optional(video.rate) { .number($0) },
      "seconds": .optional(video.seconds) { .number($0) },
      "frames_taken": .integer(layout.frames), "groups": .integer(layout.groups),
      "tokens_per_group": .integer(layout.group.tokens),
      "separators": .integer(layout.separators), "tokens": .integer(layout.tokens),
      "extra_text_tokens": .integer(layout.extraTextTokens),
      "resized": .optional(layout.group.resized) {
        .array([.integer($0.width), .integer($0.height)])
      },
      "patches": .list(layout.group.inputs) {
        .object([
          "count": .integer($0.count), "rows": .integer($0.rows), "columns": .integer($0.columns),
        ])
      },
    ])
  }
}
