import ComputeCosts
import SourceText

/// How a document says what images and videos become.
extension VisionPart {
  static func decodeProcessor(
    _ field: Field, _ family: ModelFamily
  ) -> (processor: ComputeCostModel.Processor, values: SettingValues)? {
    guard let values = decodeSettings(field, family.settings),
      let rule = rule(family.tokenRule(values), field)
    else { return nil }
    return (ComputeCostModel.Processor(family: family, rule: rule), values)
  }

  static func decodeVideo(
    _ field: Field, _ family: ModelFamily
  ) -> (part: VideoPart, values: SettingValues)? {
    guard let processor = family.video else {
      field.report(.withoutVideo, "there is no rule here for videos of \(family.name)")
      return nil
    }
    guard let values = decodeSettings(field, processor.settings),
      let rule = rule(processor.tokenRule(values), field)
    else { return nil }
    return (VideoPart(family: family, processor: processor, rule: rule), values)
  }

  /// The rule that settings make, or the report of what they contradict.
  private static func rule<Rule>(
    _ result: Result<Rule, SettingConflict>, _ field: Field
  ) -> Rule? {
    switch result {
    case .success(let rule): return rule
    case .failure(let conflict):
      var reader = field.mapping()
      (reader?.optional(conflict.setting) ?? field).report(.settingInvalid, conflict.message)
      return nil
    }
  }

  /// Settings, all that follow from no other.
  private static func decodeSettings(_ field: Field, _ settings: [Setting]) -> SettingValues? {
    guard var reader = field.mapping() else { return nil }
    var values = SettingValues()
    var isComplete = true
    for setting in settings {
      // What follows from other settings may be left out.
      let found: Field?
      if case .derived = setting.fallback {
        found = reader.optional(setting.name)
        guard found != nil else { continue }
      } else {
        found = reader.required(setting.name)
      }
      if let value = found.flatMap({ decodeSetting($0, setting.kind) }) {
        values[setting.name] = value
      } else {
        isComplete = false
      }
    }
    reader.finish()
    guard isComplete else { return nil }
    for setting in settings where values[setting.name] == nil {
      guard case .derived(let rule) = setting.fallback, let value = rule(values) else {
        field.report(
          .missingKey, "\(field.name) lacks the key '\(setting.name)', and it follows from no other"
        )
        return nil
      }
      values[setting.name] = value
    }
    return values
  }

  private static func decodeSetting(_ field: Field, _ kind: Setting.Kind) -> SettingValue? {
    switch kind {
    case .count(let range): return field.integer(in: range).map { .count($0) }
    case .flag: return field.bool().map { .flag($0) }
    case .number(let range): return field.number(.within(range)).map { .number($0) }
    case .sizes:
      guard let items = field.items(atLeast: 1) else { return nil }
      var sizes: [ImageSize] = []
      for item in items {
        guard let pair = item.items(atLeast: 2), pair.count == 2 else {
          if item.items() != nil {
            item.report(.wrongType, "\(item.name) must be [height, width] in pixels")
          }
          return nil
        }
        guard let height = pair[0].integer(in: 1...ImageSize.longestSide),
          let width = pair[1].integer(in: 1...ImageSize.longestSide),
          let size = ImageSize(width: width, height: height)
        else { return nil }
        sizes.append(size)
      }
      return .sizes(sizes)
    }
  }
}
