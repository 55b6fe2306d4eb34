import BudgetReports
import ScalingLaws
import SourceText
import Testing
import TokenBudget

/// Questions, counts and standard errors, from tables and documents to fits and back.
@Suite struct StatedNoiseTests {
  private func series(_ csv: String) throws -> MeasurementSeries {
    try #require(
      try MeasurementSeries.read(csv: SourceFile(name: "t.csv", text: csv)).series.first)
  }

  private func failure(_ csv: String) throws -> String {
    try #require(throws: InvalidDocument.self) { try series(csv) }.description
  }

  private func profile(_ metric: String, _ rows: String...) -> String {
    """
    kind: scaling-profile
    schema: 1
    id: x
    metric: { name: M, unit: \(metric) }
    measurements:
    \(rows.map { "  - { \($0) }" }.joined(separator: "\n"))
    law: { form: log-linear, a: 20, b: 3 }
    source: { cite: test }
    """
  }

  private func profileFailure(_ text: String) throws -> String {
    try #require(throws: InvalidDocument.self) { try ScalingProfile.parse(text) }.description
  }

  // MARK: Tables

  @Test func tablesStateNoiseWhereTheyKnowIt() throws {
    let series = try series(
      """
      tokens,score,stderr,questions,right,of
      4,31,,500,,
      16,41,1.5,,205,500
      64,52,,,,
      """)
    #expect(series.points.map(\.standardError) == [nil, 1.5, nil])
    #expect(series.points.map(\.questions) == [500, nil, nil])
    #expect(series.points.map(\.count) == [nil, ExactCount(right: 205, of: 500), nil])
    #expect(series.points.map(\.weight) == [1, 1, 1], "a floor is no weight")
  }

  @Test func countsGiveScores() throws {
    let table = "tokens,right,of\n4,155,500\n16,205,500\n64,250,500\n256,301,500\n"
    let share = try ScalingFit(series(table))
    #expect(share.series.points.map(\.score) == [0.31, 0.41, 0.5, 0.602])
    #expect(share.metric.range == 0...1)
    var request = FitRequest()
    request.unit = .percent
    let percent = try ScalingFit(series(table), request)
    #expect(percent.series.points.map(\.score) == [31, 41, 50, 60.2])
    #expect(percent.metric.questionRange == 0...100)
    request.range = 0...1000
    request.unit = .points
    #expect(try ScalingFit(series(table), request).series.points[0].score == 310)
    let regimes = try RegimeReport.Entry(series(table)).analysis
    #expect(regimes.slope?.value.isFinite == true)
  }

  @Test func someCountsGiveScoresInTheUnitOfTheOthers() throws {
    let fit = try ScalingFit(
      series("tokens,score,right,of\n4,31.0,155,500\n16,,205,500\n64,50,,\n256,60.2,301,500\n"))
    #expect(fit.series.points.map(\.score) == [31, 41, 50, 60.2])
    #expect(fit.metric.range == 0...100 && fit.metric.unit == .percent)
  }

  @Test func errorsHaveCountsToo() throws {
    let fit = try ScalingFit(
      series(
        "tokens,error,right,of\n4,0.69,155,500\n16,,205,500\n64,0.5,250,500\n256,0.4,300,500\n"))
    #expect(
      zip(fit.series.points.map(\.score), [0.31, 0.41, 0.5, 0.6]).allSatisfy {
        abs($0 - $1) < 1e-15
      })
  }

  @Test func contradictionsAreShownWhereTheyStand() throws {
    let table = try series(
      "tokens,score,right,of\n4,31,155,500\n16,42.0,205,500\n64,50,250,500\n256,61,301,500\n")
    let text = try #require(throws: InvalidDocument.self) { try ScalingFit(table) }.description
    #expect(
      text.contains("t.csv:3:4: error: the score 42 contradicts 205 right of 500, which is 41"))
    #expect(text.contains("t.csv:5:5: error: the score 61 contradicts 301 right of 500"))
    #expect(!text.contains("t.csv:2:") && !text.contains("t.csv:4:"))
    #expect(throws: InvalidDocument.self) { try RegimeReport.Entry(table) }
    // Rounding is no contradiction.
    let rounded = try series(
      "tokens,score,right,of\n4,31.0,1552,5003\n16,41,2051,5003\n64,50.07,2505,5003\n256,60,3002,5003\n"
    )
    #expect(try ScalingFit(rounded).series.points.map(\.score) == [31, 41, 50.07, 60])
  }

  @Test func malformedCountsSayWhatIsWrong() throws {
    let text = try failure(
      """
      tokens,score,right,of,questions,stderr
      4,31,155,,,
      16,42,,500,,
      64,50,501,500,,
      256,60.2,301,500,7,
      576,,301.5,500,,0
      600,,,,,
      """)
    for part in [
      "t.csv:2:6: error: 'right' says nothing without 'of', the number of questions",
      "t.csv:3:8: error: 'of' is the number of questions that 'right' were answered of",
      "t.csv:4:7: error: 501 right of 500 cannot be", "t.csv:5:10: error: 'questions' says 7, and",
      "t.csv:6:6: error: 'right' must be a whole number, found 301.5",
      "t.csv:6:17: error: 'stderr' must be greater than 0, found 0",
      "t.csv:7:5: error: 'score' must be a number, found nothing",
    ] {
      #expect(text.contains(part), "\(part) in\n\(text)")
    }
    #expect(
      try failure("tokens,right,of\n1,,\n").contains(
        "a score is needed, or how many answers were 'right' [measurements.malformed-count]"))
    #expect(try failure("tokens,right\n1,2\n").contains("the header has no column 'score' or"))
  }

  // MARK: Documents

  @Test func documentsStateNoise() throws {
    let profile = try ScalingProfile.parse(
      profile(
        "percent, questions: 5000", "tokens: 4, score: 31", "tokens: 16, score: 41, stderr: 1.5",
        "tokens: 64, right: 250, of: 500", "tokens: 256, score: 60, questions: 20"))
    #expect(profile.metric.questions == 5000)
    #expect(profile.measurements.map(\.score) == [31, 41, 50, 60])
    #expect(profile.measurements.map(\.questions) == [5000, 5000, nil, 20])
    let floors = profile.measurements.compactMap {
      $0.noiseFloor(range: profile.metric.questionRange)
    }
    #expect(floors.count == 4 && floors[1] == 1.5 && floors[3] > 10)
  }

  @Test func documentsAreRefusedWhereCountsDisagree() throws {
    let text = try profileFailure(
      profile("percent", "tokens: 4, score: 42, right: 205, of: 500", "tokens: 8, right: 3"))
    #expect(text.contains("[measurements.count-contradicts-score]"))
    #expect(text.contains("'right' says nothing without 'of'"))
    #expect(
      try profileFailure(profile("points", "tokens: 4, right: 205, of: 500")).contains(
        "a count becomes a score only where the metric has a range"))
    let warned = try ScalingProfile.parse(
      profile("points", "tokens: 4, score: 24, questions: 500", "tokens: 64, score: 30"))
    #expect(warned.warnings.map(\.code.name) == ["measurements.questions-without-range"])
  }

  /// What a fit writes is what it read.
  @Test func whatIsKnownComesBack() throws {
    let csv = """
      tokens,score,weight,stderr,questions,right,of
      4,31,1,,,155,500
      16,41,2,1.5,,205,500
      64,52.04,1,,2000,,
      256,60.2,1,0.7,,,
      576,63,1,,,,
      """
    var request = FitRequest()
    request.unit = .percent
    request.range = 0...100
    request.questions = 4000
    let fit = try ScalingFit(series(csv), request)
    let profile = try ScalingProfile.parse(fit.profileYAML(id: "x"))
    #expect(profile.measurements == fit.series.measurements)
    #expect(profile.metric == fit.metric && profile.metric.questions == 4000)
    #expect(profile.measurements.map(\.questions) == [nil, nil, 2000, 4000, 4000])
    let again = try ScalingFit(MeasurementSeries(of: profile), request)
    #expect(again.series.measurements == fit.series.measurements)
    #expect(
      try again.profileYAML(id: "x", cite: "c").hasPrefix(fit.profileYAML(id: "x", cite: "c")))
    #expect(FitReport([fit]).text.contains("Noise        at least 0.7"))
  }

  @Test func residualsBelowTheFloorAreRemarkedOn() throws {
    var request = FitRequest()
    request.unit = .percent
    request.range = 0...100
    request.law = "log-linear"
    let rows = [(4, 30.1), (16, 39.9), (64, 50.1), (256, 59.9), (576, 66)]
    let csv = "tokens,score\n" + rows.map { "\($0.0),\($0.1)\n" }.joined()
    let plain = try ScalingFit(series(csv), request)
    #expect(!plain.diagnostics.contains { $0.code.name == "fit.below-noise-floor" })
    request.questions = 200
    let asked = try ScalingFit(series(csv), request)
    #expect(asked.diagnostics.contains { $0.code.name == "fit.below-noise-floor" })
  }
}
