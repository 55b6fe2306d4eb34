import TokenBudget

extension ModelFamily {
  /// The app's own model: patches of 14 pixels, four of them a token, as many as fit.
  static let tinyVL = ModelFamily(
    name: "tiny-vl",
    budget: .pixels(most: "max_pixels", least: "min_pixels"),
    settings: [
      Setting("factor", .count(14...56), or: .value(.count(28))),
      Setting("min_pixels", .count(784...1_048_576), or: .value(.count(784))),
      Setting("max_pixels", .count(784...1_048_576), or: .value(.count(451_584))),
    ],
    rule: { values in
      let (factor, least, most) = (
        values.count("factor"), values.count("min_pixels"), values.count("max_pixels")
      )
      guard factor % 2 == 0, least <= most else {
        return .failure(SettingConflict("min_pixels", "min_pixels is above max_pixels"))
      }
      return .success(
        GridTokens(patch: factor / 2, merge: 2, minPixels: least, maxPixels: most))
    })

  /// Its token rule as the app runs it.
  static func tinyVL(maxPixels: Int) throws(SettingConflict) -> any TokenRule {
    var values = SettingValues()
    values["factor"] = .count(28)
    values["min_pixels"] = .count(784)
    values["max_pixels"] = .count(maxPixels)
    return try ModelFamily.tinyVL.tokenRule(values).get()
  }
}
