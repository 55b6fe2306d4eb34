import TestSupport
import Testing

@testable import BudgetDocuments

/// The tables of `docs/profiles.md` say what the shipped profiles are.
@Suite struct ProfileCensusTests {
  @Test func theTablesAreTheProfiles() throws {
    let lines = try Repository.text("docs/profiles.md").split(separator: "\n").map(String.init)
    let mark = try #require(lines.firstIndex(of: "<!-- census -->"))
    var listed: [String: (source: String, row: String)] = [:]
    var source = ""
    for line in lines[(mark + 1)...] {
      if line.hasPrefix("## ") { source = String(line.dropFirst(3)) }
      guard line.hasPrefix("| `") else { continue }
      let id = String(line.dropFirst(3).prefix { $0 != "`" })
      #expect(listed.updateValue((source, line), forKey: id) == nil, "\(id) is listed twice")
    }
    var sources: Set<String> = []
    var count = 0
    for file in try Repository.files(in: "profiles/scaling", ending: ".yaml") {
      let profile = try ScalingProfile.load(Repository.path(file))
      let found = listed.removeValue(forKey: profile.id)
      let entry = try #require(found, "\(profile.id)")
      #expect(entry.row == row(of: profile))
      #expect(entry.source == profile.source?.cite, "\(profile.id)")
      sources.insert(entry.source)
      count += 1
    }
    #expect(listed.isEmpty, "listed, and not shipped: \(listed.keys.sorted())")
    #expect(lines[mark + 1] == "\(count) profiles from \(sources.count) sources.")
    #expect(count >= 106)
  }

  private func row(of profile: ScalingProfile) -> String {
    func text(_ value: Double) -> String {
      value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
    func dash(_ value: Double?) -> String { value.map(text) ?? "–" }
    let counts = profile.fittedMeasurements.map(\.tokens)
    let whole = profile.measurements.filter(\.isUnreduced)
    let sizes = profile.measurements.compactMap(\.parametersBillions)
    var tokens = "\(dash(counts.min())) to \(dash(counts.max()))"
    var points = "\(counts.count)"
    if let first = whole.first {
      tokens += ", whole \(text(first.tokens))"
      points += " + \(whole.count)"
    }
    if let least = sizes.min(), let most = sizes.max() {
      points += ", \(text(least))B to \(text(most))B"
    }
    let metric = profile.metric
    let form = profile.joint?.law.shape.rawValue ?? type(of: profile.law.law).form.id
    let cells = [
      "`\(profile.id)`", profile.model?.name ?? "–", metric.name,
      profile.model?.treatment?.rawValue ?? "–", tokens, points, metric.unit.rawValue,
      dash(metric.chance), dash(metric.questions.map(Double.init)), form,
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }
}
