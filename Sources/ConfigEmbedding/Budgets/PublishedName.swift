import ComputeCosts

/// Finds the family of a published model by its name, such as `Qwen/Qwen2.5-VL-7B-Instruct`.
enum PublishedName {
  /// Families and aliases with the parts that a name must have. Of one family the first that fits
  /// counts.
  private static let known: [(family: String, parts: [String], without: [String])] = [
    ("qwen2-vl", ["qwen2-vl"], []),
    ("qwen2.5-vl", ["qwen2.5-vl"], []),
    ("qwen2.5-vl", ["qwen2-5-vl"], []),
    ("qwen3-vl", ["qwen3-vl"], []),
    ("internvl", ["internvl2"], []),
    ("internvl", ["internvl3"], []),
    ("internvl", ["internvl-chat-v1-5"], []),
    ("gemma3", ["gemma-3-"], []),
    ("gemma4", ["gemma-4-"], []),
    ("smolvlm-256m", ["smolvlm", "256m"], []),
    ("smolvlm-500m", ["smolvlm", "500m"], []),
    ("smolvlm-2.2b", ["smolvlm"], ["256m", "500m"]),
    ("idefics3-8b", ["idefics3"], []),
    ("idefics2", ["idefics2"], []),
    ("llava-1.5", ["llava-1.5"], []),
    ("llava-1.5", ["llava-v1.5"], []),
    ("llava-next", ["llava-v1.6"], []),
    ("llava-next", ["llava-next"], ["video", "interleave"]),
    ("llava-onevision", ["llava-onevision"], ["llava-onevision-1.5"]),
    ("llama-3.2-vision", ["llama-3.2", "vision"], []),
    ("llama4", ["llama-4"], []),
    ("paligemma", ["paligemma"], []),
    ("pixtral", ["pixtral"], []),
    ("mistral3", ["mistral-small-3.1"], []),
    ("phi-3.5-vision", ["phi-3.5-vision"], []),
    ("lfm2-vl", ["lfm2-vl"], []),
  ]

  /// The family of a model.
  ///
  /// - Parameter name: A repository, a path or a file name.
  /// - Returns: `nil` for a name that says nothing, and for one that says two things.
  static func family(of name: String) -> ModelFamily? {
    let folded = String(name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
    var found: ModelFamily?
    for (family, parts, without) in known
    where parts.allSatisfy(folded.contains) && !without.contains(where: folded.contains) {
      let match = ModelFamily.named(family)
      if let found, let match, found.name != match.name { return nil }
      found = found ?? match
    }
    return found
  }

  /// The names that families are found by, for a test that each is one.
  static var families: [String] { known.map(\.family) }
}

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
  public var gridCell: Int? { defaultCount("factor") }
}
