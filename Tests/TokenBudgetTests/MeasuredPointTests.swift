import BudgetReports
import BudgetSearch
import ScalingLaws
import SourceText
import TestSupport
import Testing
import TokenBudget

/// What is known of a measurement reaches everything that uses it.
@Suite struct MeasuredPointTests {
  /// A rise with one stray score, which weighs next to nothing.
  static let stray = """
    kind: scaling-profile
    schema: 1
    id: stray
    metric: { name: M, unit: percent, range: [0, 100] }
    measurements:
      - { tokens: 1, score: 20.1 }
      - { tokens: 4, score: 24.8 }
      - { tokens: 16, score: 30.2 }
      - { tokens: 64, score: 36.7 }
      - { tokens: 256, score: 20, weight: 0.0001 }
      - { tokens: 576, score: 50.9 }
    law: { form: power, c: 20, alpha: -0.147 }
    fit: { residuals: log-score }
    source: { cite: test }
    """

  static func advice(_ profile: ScalingProfile) throws -> Advice {
    let policy = try Policy.parse(
      """
      kind: policy
      schema: 1
      id: p
      objective: { maximize: score_per_flop }
      search: { lattice: { list: [1, 4, 16, 64, 256, 576] } }
      risk: { level: 0.95, draws: 200 }
      """)
    return try Advisor(
      profile: profile,
      cost: .load(Repository.path("profiles/compute/llava-1.5-7b.yaml"))
    ).advise(under: policy)
  }

  @Test func regimesAndAdviceAgreeOnWeights() throws {
    let profile = try ScalingProfile.parse(Self.stray)
    let regimes = try RegimeReport.Entry(MeasurementSeries(of: profile)).analysis
    let advice = try Self.advice(profile)
    let advised = try #require(advice.regime.analysis)
    #expect(advised.slope == regimes.slope && advised.label == regimes.label)
    #expect(advised.breakTest?.pValue == regimes.breakTest?.pValue && regimes.breakTest != nil)
    // Without the weight the stray score decides.
    var even = profile
    for index in even.measurements.indices { even.measurements[index].weight = 1 }
    let plain = try #require(try Self.advice(even).regime.analysis)
    #expect(plain.slope != advised.slope)
    let deviation = try #require(advice.evidence.residualSD)
    #expect(deviation < 0.05, "\(deviation): the stray score counts as much as the others")
    #expect(try #require(Self.advice(even).evidence.residualSD) > 0.2)
  }

  @Test func jointProfilesKeepWeights() throws {
    let text = """
      kind: scaling-profile
      schema: 1
      id: grid
      metric: { name: M, unit: percent, range: [0, 100] }
      measurements:
        - { params_billions: 1, tokens: 4, score: 40, weight: 2 }
        - { params_billions: 7, tokens: 64, score: 55, weight: 3 }
      law: { form: joint-log-linear, a: 40, b: 3, c: 2 }
      source: { cite: test }
      """
    let profile = try ScalingProfile.parse(text)
    #expect(try MeasurementSeries(of: profile).points.map(\.weight) == [2, 3])
    #expect(profile.slice(parametersBillions: 7)?.measurements.map(\.weight) == [3])
  }
}
