import Foundation
import ScalingLaws
import SourceText
import TestSupport
import Testing

@testable import BudgetDocuments
@testable import BudgetReports
@testable import TokenBudget

/// Numbers of documents and tables at the ends of what machines hold: refused where they stand, with a bound.
@Suite struct HostileInputTests {
  // MARK: Byte-order marks

  /// Editors of some systems put a byte-order mark before a document; absent parts are probed in it too.
  @Test func documentsBehindAByteOrderMark() throws {
    func marked(_ path: String) throws -> SourceFile {
      SourceFile(name: path, text: "\u{FEFF}" + (try Repository.text(path)))
    }
    func plain(_ path: String) throws -> SourceFile {
      SourceFile(name: path, text: try Repository.text(path))
    }
    let documents = try WhatIfDocuments(
      profile: marked(Repository.textVQA), cost: marked(Repository.llava),
      policy: marked(Repository.maxScorePerFLOP))
    let usual = try WhatIfDocuments(
      profile: plain(Repository.textVQA), cost: plain(Repository.llava),
      policy: plain(Repository.maxScorePerFLOP))
    for role in DocumentRole.allCases {
      #expect(documents.knownPaths(of: role) == usual.knownPaths(of: role))
    }
    let failure = try #require(throws: InvalidDocument.self) {
      try documents.applying([DocumentSetting("workload.nothing=1", position: 1)])
    }
    #expect(failure.diagnostics.first?.code.name == "setting.unknown-path")
    #expect(
      try documents.applying([DocumentSetting("workload.text_tokens=10", position: 1)]).cost.id
        == "llava-1.5-7b")
  }

  // MARK: Ranges of scores

  private func profile(
    metric: String = "range: [0, 100]", points: String = "{ tokens: 1, score: 40 }",
    law: String = "{ form: log-linear, a: 40, b: 1 }"
  ) -> String {
    """
    kind: scaling-profile
    schema: 1
    id: p
    metric: { name: M, unit: points, \(metric) }
    measurements: [ \(points), { tokens: 256, score: 45, params_billions: 7 } ]
    law: \(law)
    source: { cite: x }

    """
  }

  private func refusals(_ text: String) throws -> [String] {
    do {
      _ = try ScalingProfile.parse(SourceFile(name: "p.yaml", text: text))
      return []
    } catch {
      return error.diagnostics.map {
        "\($0.code.name)@\($0.span?.line ?? 0):\($0.span?.column ?? 0)"
      }
    }
  }

  @Test(arguments: [
    ("[40, 40]", "document.malformed-range@4:41"), ("[45, 40]", "document.malformed-range@4:41"),
    ("[0, 1e-1000000000]", "document.malformed-range@4:41"),
    ("[0, 5e-324]", "number.out-of-range@4:45"),
    ("[1e18, 1000000000000000128]", "document.malformed-range@4:41"),
    ("[-1e308, 1e308]", "number.out-of-range@4:42"), ("[0, 1e61]", "number.out-of-range@4:45"),
  ])
  func rangesWithoutWidth(range: String, refusal: String) throws {
    for law in [
      "{ form: log-linear, a: 40, b: 1 }", "{ form: joint, a: 0.2, b: 0.1, c: 0.1, d: 0 }",
    ] {
      let text = profile(
        metric: "range: \(range)", points: "{ tokens: 1, score: 40, params_billions: 7 }", law: law)
      let first = try refusals(text).first
      #expect(first == refusal)
    }
  }

  @Test(arguments: [
    "{ tokens: 1e-300, score: 40 }", "{ tokens: 1e19, score: 40 }", "{ tokens: 1, score: 1e61 }",
    "{ tokens: 1, score: 1e-61 }", "{ tokens: 1, score: 40, weight: 1e300 }",
    "{ tokens: 1, score: 40, stderr: 1e300 }", "{ tokens: 1, score: 40, params_billions: 1e300 }",
  ])
  func measurementsOutOfBounds(point: String) throws {
    #expect(
      try refusals(profile(metric: "chance: 0", points: point)).first?.hasPrefix(
        "number.out-of-range@5:") == true)
    #expect(try refusals(profile(metric: "chance: 0")) == [])
  }

  @Test func mixesOfRangesThatHideTheirScores() throws {
    func advise(_ metric: String) throws -> Advice {
      let profile = try ScalingProfile.parse(
        SourceFile(name: "p.yaml", text: profile(metric: metric)))
      let policy = try Policy.parse(
        SourceFile(
          name: "l.yaml",
          text:
            "kind: policy\nschema: 1\nid: l\nobjective: { maximize: score }\nmix: [ { profile: p } ]\n"
        ))
      let advisor = try Advisor(
        profiles: [profile], costs: [.load(Repository.path(Repository.llava))],
        decidedBy: .profile)
      return try advisor.advise(under: policy)
    }
    #expect(try advise("range: [0, 100]").tokens > 1)
    #expect(try advise("range: [-1e9, 1e9]").tokens > 1)
    // In shares of so wide a range all candidates would be equal, and the fewest tokens win.
    let failure = try #require(throws: InvalidDocument.self) { try advise("range: [-1e59, 1e59]") }
    #expect(failure.diagnostics.map(\.code) == [.rangeTooWide])
  }

  @Test func pricesAndRatesOutOfBounds() throws {
    let hardware = try Repository.text("profiles/hardware/h100-sxm.yaml")
    let power = try #require(hardware.firstMatch(of: /power: \S+ W/)).output
    for value in ["1e-200 W", "1e200 W"] {
      let text = hardware.replacing(power, with: "power: " + value)
      let failure = try #require(throws: InvalidDocument.self) {
        try HardwareProfile.parse(SourceFile(name: "h.yaml", text: text))
      }
      #expect(failure.diagnostics.map(\.code) == [.outOfRange])
    }
  }

  // MARK: Tables

  private func fit(_ text: String, _ change: (inout FitRequest) -> Void = { _ in }) throws
    -> ScalingFit
  {
    let read = try MeasurementSeries.read(csv: SourceFile(name: "t.csv", text: text))
    var request = FitRequest()
    change(&request)
    return try ScalingFit(#require(read.series.first), request)
  }

  private static let errors = "tokens,error\n1,90\n4,80\n16,66\n64,55\n144,50\n256,48\n"

  /// Errors in percent count from 100, as the documentation says.
  @Test func errorsInPercent() throws {
    let percent = try fit(Self.errors) { $0.unit = .percent }
    #expect(percent.series.points.map(\.score) == [10, 20, 34, 45, 50, 52])
    #expect(percent.metric.range == 0...100 && percent.metric.unit == .percent)
    let given = try fit(Self.errors) { $0.range = 0...200 }
    #expect(given.series.points.first?.score == 110)
    // Nothing says what they count from.
    let failure = try #require(throws: InvalidDocument.self) { try fit(Self.errors) }
    #expect(failure.diagnostics.map(\.code) == [.errorAboveRange])
    #expect(
      failure.diagnostics.first?.span?.line == 2 && failure.diagnostics.first?.span?.column == 3)
    let shares = try fit(
      Self.errors.replacing(",", with: ",0.").replacing(",0.error", with: ",error"))
    #expect(shares.series.points.first?.score == 1 - 0.9)
    // A unit that counts from nothing known says no more, and fractions may be meant as percent.
    #expect(throws: InvalidDocument.self) { try fit(Self.errors) { $0.unit = .points } }
    let fractions = Self.errors.replacing(",", with: ",0.").replacing(",0.error", with: ",error")
    let doubt = try #require(throws: InvalidDocument.self) {
      try fit(fractions) { $0.unit = .percent }
    }
    #expect(doubt.diagnostics.map(\.code) == [.errorAboveRange])
    let meant = try fit(fractions) {
      $0.unit = .percent
      $0.range = 0...100
    }
    #expect(meant.series.points.first?.score == 100 - 0.9)
  }

  @Test func cellsOutOfBounds() throws {
    for (row, column) in [("1e-300,40", 1), ("1e19,40", 1), ("1,1e300", 3), ("1,-1e-300", 3)] {
      let failure = try #require(throws: InvalidDocument.self) {
        try fit("tokens,score\n\(row)\n4,45\n16,50\n64,55\n144,58\n")
      }
      let diagnostic = try #require(failure.diagnostics.first)
      #expect(diagnostic.code == .outOfRange)
      #expect(diagnostic.span?.line == 2 && diagnostic.span?.column == column)
    }
    // Made in code, scores have no bound, and a fit says so.
    let points = [1.0, 4, 16, 64, 144, 256, 300, 400].map {
      MeasurementSeries.Point(Measurement(tokens: $0, score: 1e300 * $0))
    }
    let failure = try #require(throws: InvalidDocument.self) {
      var request = FitRequest()
      request.options.scale = .score
      request.isScaleGiven = true
      request.law = "power"
      return try ScalingFit(MeasurementSeries(points: points, file: "(code)"), request)
    }
    #expect(failure.diagnostics.map(\.code) == [.fitOverflow])
  }

  /// Scores and errors that add up to more than a number holds state no range.
  @Test func errorsBesideScoresWithoutASum() throws {
    let text =
      "tokens,score,error\n1,40,1e400\n4,45,1e400\n16,50,1e400\n64,55,1e400\n144,58,1e400\n"
    #expect(try fit(text).metric.range == nil)
  }

  @Test(arguments: [("1.000", "1"), ("16.500", "16.500"), ("576.125", "576.125")])
  func pointsThatMayBeOfThousands(cell: String, reading: String) throws {
    func warnings(_ separator: String, _ cell: String) throws -> [Diagnostic] {
      let text = "tokens,score\n\(cell),40\n7,45\n".replacing(",", with: separator)
      return try MeasurementSeries.read(csv: SourceFile(name: "t.csv", text: text)).warnings
    }
    let found = try warnings(";", cell)
    #expect(found.map(\.code) == [.thousandsPoint])
    #expect(found.first?.span?.line == 2 && found.first?.span?.column == 1)
    #expect(found.first?.message.contains("is read as \(reading):") == true)
    #expect(try warnings(",", cell).isEmpty)
    for other in ["16.5", "0.125", "1000", "1234.567", "1e3"] {
      #expect(try warnings(";", other).isEmpty)
    }
  }

  // MARK: Reports

  /// Predictions as far out as a count may lie, of every kind of law, in words and as JSON.
  @Test func predictionsFarOut() throws {
    let text = "tokens,score\n1,3\n4,7\n16,20\n64,41\n144,50\n256,54\n400,55\n"
    for law in [nil, "interpolated"] + LawRegistry.all.map({ Optional($0.form.id) }) {
      for isLog in [true, false] {
        let fit = try? fit(text) {
          $0.law = law
          $0.options.scale = isLog ? .logScore : .score
          $0.isScaleGiven = true
          $0.predictions = [1e-6, 1e-3, 1e3, 1e9, 1e18]
        }
        guard let fit else { continue }
        let report = FitReport([fit], warnings: [])
        for text in [report.text, report.json] {
          #expect(text.firstMatch(of: /\b(inf|nan)\b/) == nil, "\(law ?? "curve")")
          #expect(text.firstMatch(of: /[ \[]-0(\.0+)?[ ,%\n\]]/) == nil, "\(law ?? "curve")")
        }
      }
    }
  }

  /// Text in JSON is the same text, and no terminal acts on it.
  @Test func textInJSON() throws {
    let text = "a\u{1B}b\u{202E}c\u{9B}d\u{7F}e\u{E0001}größe 日本語\n"
    let json = JSONValue.array([.string(text)]).text
    #expect(
      json == "[\n  \"a\\u001bb\\u202ec\\u009bd\\u007fe\\udb40\\udc01größe 日本語\\n\"\n]\n")
    let read = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String]
    #expect(read == [text])
  }

  @Test func zeroHasNoSign() {
    #expect(fixed(-0.04, 1) == "0.0" && fixed(-0.06, 1) == "-0.1" && fixed(-0.0, 2) == "0.00")
    #expect(significant(-0.0) == "0")
    #expect(
      JSONValue.array([.number(-0.0), .number(-1e-300), .number(.infinity), .number(.nan)]).text
        == "[\n  0,\n  -1e-300,\n  null,\n  null\n]\n")
  }
}
