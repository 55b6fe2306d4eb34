import RealModule
import ScalingLaws
import Testing

/// Against the least residual sums that a multi-start of another library finds, on series that are hard:
/// `References/generate_adversarial.py`.
@Suite struct AdversarialTests {
  private struct Row {
    let name: String
    let scale: ResidualScale
    let series: Series
    let least: [String: Double]

    static func all() throws -> [Row] {
      let lines = try References.lines("adversarial.csv")
      let header = lines[0].split(separator: ",").map(String.init)
      return try lines.dropFirst().map { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        func list(_ key: String) throws -> [Double] {
          let index = try #require(header.firstIndex(of: key))
          return try cells[index].split(separator: " ").map { try #require(Double($0)) }
        }
        var least: [String: Double] = [:]
        for law in LawRegistry.all.map({ $0.form.id }) {
          let index = try #require(header.firstIndex(of: law))
          least[law] = Double(cells[index])
        }
        return Row(
          name: cells[0], scale: try #require(ResidualScale(rawValue: cells[2])),
          series: try Series(
            zip(zip(list("tokens"), list("scores")), list("weights")).map {
              Measurement(tokens: $0.0, score: $0.1, weight: $1)
            }), least: least)
      }
    }
  }

  /// A law that runs away is judged by what it turns into, which is no worse either.
  @Test func noLawFitsWorseThanTheReference() throws {
    let rows = try Row.all()
    #expect(rows.count > 80)
    var compared = 0
    for row in rows {
      let size = row.series.measurements.reduce(0.0) {
        $0 + (row.scale == .logScore ? 1 : $1.score * $1.score)
      }
      for (form, least) in row.least {
        let type = try #require(LawRegistry.law(form))
        let fit = try #require(try LawFit.fit(type, to: row.series, scale: row.scale))
        #expect(
          fit.rss <= least * (1 + 1e-6) + 1e-17 * size,
          "\(row.name), \(row.scale): \(fit.law), \(fit.status), \(fit.rss) against \(least)")
        compared += 1
      }
    }
    #expect(compared > 500)
  }

  /// What is reported is the law's own residual sum, computed from its parameters.
  @Test func residualSumsAreThoseOfTheParameters() throws {
    for row in try Row.all() {
      for form in row.least.keys.sorted() {
        let type = try #require(LawRegistry.law(form))
        let fit = try #require(try LawFit.fit(type, to: row.series, scale: row.scale))
        guard fit.hasOptimum else { continue }
        var (sum, size) = (0.0, 0.0)
        for (point, weight) in zip(row.series.measurements, row.series.weights) {
          let y = row.scale.value(point.score)
          let r = y - row.scale.value(fit.law.score(at: point.tokens))
          sum += weight * r * r
          size += weight * max(1, y * y)
        }
        #expect(
          (sum - fit.rss).magnitude <= 1e-6 * fit.rss + 1e-15 * size,
          "\(row.name): \(fit.law), \(sum), \(fit.rss)")
      }
    }
  }
}
