import ComputeCosts

extension ModelFamily {
  /// What its settings are where a config says nothing: those of the class, or of its best-known model.
  var defaultSettings: SettingValues {
    var values = SettingValues()
    for setting in settings {
      switch setting.fallback {
      case .value(let value), .example(let value): values[setting.name] = value
      case .derived: break
      }
    }
    for setting in settings where values[setting.name] == nil {
      if case .derived(let rule) = setting.fallback { values[setting.name] = rule(values) }
    }
    return values
  }

  /// A setting that is a whole number.
  func defaultCount(_ name: String) -> Int? {
    if case .count(let value)? = defaultSettings[name] { return value }
    return nil
  }

  /// Side of the square of pixels that becomes a token, of families that have a grid.
  package var gridCell: Int? { defaultCount("factor") }
}
