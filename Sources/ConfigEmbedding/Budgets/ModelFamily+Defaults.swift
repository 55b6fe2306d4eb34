import ComputeCosts

extension ModelFamily {
  /// What its settings are where a config says nothing: those of the class, or of its best-known model.
  var defaultSettings: SettingValues { defaultSettings(besideFile: false) }

  /// What its settings are where a config says nothing.
  ///
  /// - Parameter besideFile: Whether a processor file leaves them out, so that the class's own hold.
  private func defaultSettings(besideFile: Bool) -> SettingValues {
    var values = SettingValues()
    for setting in settings {
      if besideFile, let value = setting.classDefault {
        values[setting.name] = value
        continue
      }
      switch setting.fallback {
      case .value(let value), .example(let value), .published(let value):
        values[setting.name] = value
      case .derived: break
      }
    }
    for setting in settings where values[setting.name] == nil {
      if case .derived(let rule) = setting.fallback { values[setting.name] = rule(values) }
    }
    return values
  }

  /// A setting that is a whole number.
  ///
  /// - Parameters:
  ///   - name: The setting.
  ///   - besideFile: Whether a processor file leaves it out, so that the class's own holds.
  func defaultCount(_ name: String, besideFile: Bool = false) -> Int? {
    if case .count(let value)? = defaultSettings(besideFile: besideFile)[name] { return value }
    return nil
  }

  /// Whether a setting's value where nobody says is the best-known model's and not the class's.
  func isPublished(_ name: String) -> Bool {
    switch settings.first(where: { $0.name == name })?.fallback {
    case .published, .example: true
    default: false
    }
  }

  /// Side of the square of pixels that becomes a token, of families that have a grid.
  package var gridCell: Int? { defaultCount("factor") }
}
