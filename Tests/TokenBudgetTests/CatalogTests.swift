import ScalingLaws
import Testing
import TokenBudget

/// Rows of a reference file, without its comments and its header.
private func rows(_ name: String) throws -> [[String]] {
  try Repository.text("Tests/TokenBudgetTests/References/" + name).split(separator: "\n")
    .filter { !$0.hasPrefix("#") }.dropFirst()
    .map { $0.split(separator: ",").map(String.init) }
}

/// What the project ships.
@Suite struct CatalogTests {
  private func profiles() throws -> [ScalingProfile] {
    try Repository.files(in: "profiles/scaling", ending: ".yaml").map {
      try ScalingProfile.load(Repository.path($0))
    }
  }

  @Test func everyShippedDocumentLoadsClean() throws {
    var count = 0
    for folder in ["profiles/scaling", "profiles/compute", "policies"] {
      for file in try Repository.files(in: folder, ending: ".yaml") {
        let document = try AnyDocument.load(Repository.path(file)).document
        #expect(document.warnings.isEmpty, "\(file)")
        #expect(file.hasSuffix("/\(document.id).yaml"), "\(file) has the id \(document.id)")
        #expect(document.title != nil, "\(file)")
        count += 1
      }
    }
    #expect(count == 22)
  }

  @Test func everyShippedNumberHasASource() throws {
    for profile in try profiles() { #expect(profile.source != nil, "\(profile.id)") }
    for file in try Repository.files(in: "profiles/compute", ending: ".yaml") {
      #expect(try ComputeCostModel.load(Repository.path(file)).source != nil, "\(file)")
    }
  }

  /// Measurements, published fits and our own fit of the measurements, against the references.
  @Test func thePapersProfilesEqualItsTables() throws {
    let points = Dictionary(grouping: try rows("points_vqq.csv")) { "\($0[1]) \($0[2])" }
    let fits = try rows("fits_vqq.csv")
    let profiles = try profiles().filter { $0.id.hasPrefix("li2025-vqq-") }
    #expect(fits.count == 18 && profiles.count == 18)
    var matched: Set<String> = []
    for fit in fits {
      let series = try #require(points["\(fit[1]) \(fit[2])"]).map { row in
        Measurement(tokens: try #require(Double(row[3])), score: try #require(Double(row[4])))
      }
      let profile = try #require(profiles.first { $0.measurements == series }, "\(fit)")
      #expect(matched.insert(profile.id).inserted)
      #expect(profile.metric.name.hasPrefix(fit[1]))
      let c = try #require(Double(fit[3]))
      let alpha = try #require(Double(fit[4]))
      #expect(profile.law.law.values == [c, alpha])
      #expect(profile.law.fittedTokens == 1...768)

      let refit = try #require(PowerLaw.leastSquares(through: profile.measurements))
      #expect((refit.c / c - 1).magnitude <= 2e-5, "\(profile.id): c \(refit.c) against \(c)")
      #expect(
        (refit.alpha / alpha - 1).magnitude <= 2e-5,
        "\(profile.id): alpha \(refit.alpha) against \(alpha)")
    }
    #expect(matched.count == 18)
  }

  @Test func everyShippedPolicyAnswersForEveryProfileItFits() throws {
    let cost = try ComputeCostModel.load(Repository.path(Repository.llava))
    var answers = 0
    for profile in try profiles() {
      let advisor = try Advisor(profile: profile, cost: cost)
      for file in try Repository.files(in: "policies", ending: ".yaml") {
        let policy = try Policy.load(Repository.path(file))
        if let floor = policy.minimumScore, floor.unit != profile.metric.unit { continue }
        switch try advisor.outcome(under: policy) {
        case .advice(let advice): #expect(advice.question.lattice.count == 8)
        case .infeasible(let infeasible): #expect(!infeasible.conflicts.isEmpty)
        }
        answers += 1
      }
    }
    #expect(answers > 40)
  }
}
