import BudgetReports
import ScalingLaws
import TestSupport
import Testing

@testable import TokenBudget

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
    for folder in [
      "profiles/scaling", "profiles/compute", "profiles/hardware", "policies",
    ] {
      for file in try Repository.files(in: folder, ending: ".yaml") {
        let document = try AnyDocument.load(Repository.path(file)).document
        #expect(document.warnings.isEmpty, "\(file)")
        #expect(file.hasSuffix("/\(document.id).yaml"), "\(file) has the id \(document.id)")
        #expect(document.title != nil, "\(file)")
        count += 1
      }
    }
    #expect(count >= 106 + 22 + 12 + 3)
  }

  @Test func everyShippedNumberHasASource() throws {
    for profile in try profiles() { #expect(profile.source != nil, "\(profile.id)") }
    for file in try Repository.files(in: "profiles/compute", ending: ".yaml") {
      #expect(try ComputeCostModel.load(Repository.path(file)).source != nil, "\(file)")
    }
    for file in try Repository.files(in: "profiles/hardware", ending: ".yaml") {
      let source = try #require(try HardwareProfile.load(Repository.path(file)).source)
      #expect(source.url != nil && source.retrieved != nil, "\(file)")
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
        [try #require(Double(row[3])), try #require(Double(row[4]))]
      }
      let profile = try #require(
        profiles.first { $0.measurements.map { [$0.tokens, $0.score] } == series }, "\(fit)")
      #expect(matched.insert(profile.id).inserted)
      #expect(profile.metric.name.hasPrefix(fit[1]))
      let c = try #require(Double(fit[3]))
      let alpha = try #require(Double(fit[4]))
      #expect(profile.law.law.values == [c, alpha])
      #expect(profile.law.fittedTokens == 1...768)

      let refit = try #require(
        try LawFit.fit(PowerLaw.self, to: Series(profile.measurements)))
      for (value, published) in zip(refit.law.values, [c, alpha]) {
        #expect(
          (value / published - 1).magnitude <= 2e-5,
          "\(profile.id): \(value) against \(published)")
      }
    }
    #expect(matched.count == 18)
  }

  /// Every law that this program fitted is what fitting the profile's own measurements gives, knot by knot where
  /// it is a curve, so are the laws compared with it, and the measurements are those of the tables.
  @Test func profilesOfTablesAreTheirOwnRefit() throws {
    var published: Set<String> = []
    for row in try rows("published_token_scores.csv") {
      let count = row.count
      // The citation may hold commas; the numbers stand at the end.
      for column in 3..<count {
        if let score = Double(row[column]), let tokens = Double(row[column - 1]) {
          published.insert("\(tokens) \(score)")
        }
      }
    }
    var printed: Set<String> = []
    for row in try rows("published_series.csv") {
      let (tokens, score) = (try #require(Double(row[3])), try #require(Double(row[4])))
      printed.insert("\(row[1]), \(row[2]): \(tokens) \(score)")
    }
    var (curves, joint, taken) = (0, 0, 0)
    for profile in try profiles() where !profile.id.hasPrefix("li2025-vqq-") {
      #expect(profile.source?.cite.isEmpty == false && profile.source?.note != nil)
      #expect(profile.warnings.isEmpty, "\(profile.id)")
      for point in profile.measurements where profile.id != "li2024-joint" {
        let numbers = "\(point.tokens) \(point.score)"
        if profile.source?.retrieved == nil {
          #expect(published.contains(numbers), "\(profile.id) \(point)")
        } else {
          let name = try #require(profile.model?.name)
          #expect(
            printed.contains("\(name), \(profile.metric.name): \(numbers)"),
            "\(profile.id) \(point)")
          taken += 1
        }
      }
      var request = FitRequest()
      request.metricName = profile.metric.name
      request.unit = profile.metric.unit
      request.range = profile.metric.range
      request.chance = profile.metric.chance
      request.questions = profile.metric.questions
      request.law = profile.joint?.law.shape.rawValue
      let fit = try ScalingFit(MeasurementSeries(of: profile), request)
      switch fit.choice {
      case .joint(let refit):
        let shipped = try #require(profile.joint).law.values
        for (value, shipped) in zip(refit.law.values, shipped) {
          #expect(abs(value - shipped) <= 1e-7 * abs(shipped), "\(profile.id)")
        }
        joint += 1
      case .smooth(let refit):
        let shipped = try #require(profile.law.law as? SmoothLaw, "\(profile.id)")
        #expect(refit == shipped, "\(profile.id)")
        #expect(profile.law.fittedTokens == refit.posterior.measuredTokens, "\(profile.id)")
        if case .tokens(let comparison, _) = fit.outcome {
          #expect(
            profile.uncertainty?.compared.map(\.form) == comparison.entries.map { $0.fit.form.id },
            "\(profile.id)")
          for (shipped, entry) in zip(profile.uncertainty?.compared ?? [], comparison.entries) {
            #expect(abs(shipped.weight - entry.weight) <= 1e-7, "\(profile.id) \(shipped.form)")
          }
        }
        curves += 1
      default: Issue.record("\(profile.id): no curve and no joint law")
      }
    }
    #expect(joint == 7 && curves == 81)
    #expect(taken == printed.count, "rows of published_series.csv that no profile has")
  }

  /// What is known of each benchmark is what the table says, which says why the rest is not.
  @Test func profilesKnowTheirBenchmarks() throws {
    var known: [String: [String]] = [:]
    for line in try Repository.text("Tests/TokenBudgetTests/References/benchmarks.csv")
      .split(separator: "\n") where !line.hasPrefix("#")
    {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      #expect(cells.count == 7, "\(line)")
      known[cells[0]] = cells
    }
    var used: Set<String> = ["metric"]
    for profile in try profiles() {
      let metric = profile.metric
      let row = try #require(known[metric.name], "\(profile.id): \(metric.name)")
      used.insert(metric.name)
      #expect(metric.unit.rawValue == row[1], "\(profile.id)")
      let range = try #require(metric.range)
      #expect(
        Double(row[2]) == range.lowerBound && Double(row[3]) == range.upperBound, "\(profile.id)")
      #expect(metric.chance == Double(row[4]), "\(profile.id)")
      #expect(metric.questions == Int(row[5]), "\(profile.id)")
      #expect(metric.questions != nil || metric.chance != nil || !row[6].isEmpty, "\(metric.name)")
      #expect(profile.measurements.allSatisfy { range.contains($0.score) }, "\(profile.id)")
    }
    #expect(used == Set(known.keys))
  }

  /// Whole models stand apart in every series of reduced tokens that has one, and nothing is advised between them
  /// and the others.
  @Test func wholeModelsStandApart() throws {
    let cost = try ComputeCostModel.load(Repository.path(Repository.llava))
    var count = 0
    for profile in try profiles() where profile.model?.treatment == .reducedWithoutTraining {
      let whole = profile.measurements.filter(\.isUnreduced)
      #expect(
        whole.map(\.tokens) == [try #require(profile.model?.unreducedTokens)], "\(profile.id)")
      #expect(profile.measuredTokens == profile.law.fittedTokens, "\(profile.id)")
      #expect(!profile.measuredTokens.contains(whole[0].tokens), "\(profile.id)")
      let advice = try Advisor(profile: profile, cost: cost).advise(
        under: Policy(
          id: "p", objective: .score,
          candidates: .lattice(try Lattice(.integers(min: 1, max: 4096)))))
      #expect(profile.measuredTokens.contains(Double(advice.tokens)), "\(profile.id)")
      #expect(!advice.isExtrapolated)
      count += 1
    }
    #expect(count == 49)
  }

  /// The advice on a curve stays within its measurements.
  @Test func interpolatedProfilesAnswerWithinTheirMeasurements() throws {
    let shipped = try ScalingProfile.load(
      Repository.path("profiles/scaling/wang2024-qwen2-vl-7b-infovqa-val.yaml"))
    let curve = try #require(InterpolatedLaw(through: shipped.measurements, method: .pchip))
    let profile = ScalingProfile(
      id: "through", metric: shipped.metric, measurements: shipped.measurements,
      law: FittedLaw(curve, fittedTokens: shipped.law.fittedTokens))
    let cost = try ComputeCostModel.load(Repository.path("profiles/compute/qwen2-vl-7b.yaml"))
    let advisor = try Advisor(profile: profile, cost: cost, decidedBy: .profile)
    func policy(_ low: Int, _ high: Int) throws -> Policy {
      Policy(
        id: "l", objective: .scorePerFLOP,
        candidates: .lattice(try Lattice(.integers(min: low, max: high))))
    }
    let advice = try advisor.advise(under: policy(64, 3136))
    #expect(advice.certificate.method == .branchAndBound)
    let best = (64...3136).max { first, second in
      func ratio(_ tokens: Int) -> Double {
        profile.law.law.score(at: Double(tokens))
          / Double((try? advisor.designs[0].requestCost.total.value(at: tokens)) ?? 1)
      }
      return ratio(first) < ratio(second)
    }
    #expect(advice.tokens == best)
    // The part of the candidates that the curve reaches, and no other.
    let part = try advisor.advise(under: policy(1, 576))
    #expect(
      part.question.lattice.count == 576 - 63 && part.question.measured.leftOut[0].below == 63)
    let failure = #expect(throws: InvalidDocument.self) {
      var policy = try policy(1, 576)
      policy.beyond = 2
      _ = try advisor.advise(under: policy)
    }
    #expect(failure?.diagnostics.map(\.code.name) == ["advise.outside-interpolation"])
  }

  @Test func everyShippedPolicyAnswersForEveryProfileItFits() throws {
    let cost = try ComputeCostModel.load(Repository.path(Repository.llava))
    var answers = 0
    let hardware = try Repository.files(in: "profiles/hardware", ending: ".yaml").map {
      try HardwareProfile.load(Repository.path($0))
    }
    for profile in try profiles() {
      let advisor = try Advisor(profile: profile, cost: cost, hardware: hardware)
      for file in try Repository.files(in: "policies", ending: ".yaml") {
        var policy = try Policy.load(Repository.path(file))
        #expect(policy.warnings.isEmpty && policy.risk?.level == 0.9, "\(file)")
        if policy.mix != nil { continue }
        // What the draws are for is tested elsewhere; here they would take the time.
        policy.risk?.draws = 20
        if let floor = policy.minimumScore, floor.unit != profile.metric.unit { continue }
        let candidates = [1, 4, 9, 16, 36, 64, 144, 576].filter {
          profile.measuredTokens.contains(Double($0))
        }
        if candidates.isEmpty {
          let refusal = #expect(throws: InvalidDocument.self) { try advisor.outcome(under: policy) }
          #expect(
            refusal?.diagnostics.map(\.code.name) == ["advise.nothing-measured"], "\(profile.id)")
          continue
        }
        switch try advisor.outcome(under: policy) {
        case .advice(let advice):
          #expect(advice.question.lattice.count == candidates.count, "\(profile.id)")
        case .infeasible(let infeasible): #expect(!infeasible.conflicts.isEmpty)
        }
        answers += 1
      }
    }
    #expect(answers > 200)
  }

  /// What is shipped is what importing the configurations gives, and so counts what the references
  /// count; the hand-written one too.
  @Test func shippedCostModelsEqualTheirImportedConfigurations() throws {
    // dots.ocr, of no class of a package, has a test of its own (`DotsOCRTests`).
    var compared = 1
    for name in try ["flops_oracle.json", "siblings.json"] + FLOPRecords.tinyModels {
      let reference = try FLOPRecords(name)
      for file in try Repository.files(in: "profiles/compute", ending: ".yaml") {
        let shipped = try ComputeCostModel.load(Repository.path(file))
        guard reference.models[shipped.id] != nil else { continue }
        let imported = try reference.imported(shipped.id)
        guard case .architecture(let one, _) = shipped.basis,
          case .architecture(let other, _) = imported.basis
        else {
          Issue.record("\(file) has no architecture")
          continue
        }
        #expect(one.encoder == other.encoder, "\(file)")
        #expect(one.connector == other.connector, "\(file)")
        #expect(one.language == other.language, "\(file)")
        #expect(shipped.hardware == "h100-sxm", "\(file)")
        compared += 1
      }
    }
    #expect(compared == (try Repository.files(in: "profiles/compute", ending: ".yaml")).count)
  }

  /// Every shipped cost model answers, on its own lattice and on an image.
  @Test func everyShippedCostModelAnswers() throws {
    let profile = try ScalingProfile.load(Repository.path(Repository.textVQA))
    var policy = try Policy.load(Repository.path(Repository.maxScorePerFLOP))
    // Llama 3.2 begins at 6,404 tokens, where the profile's law says something and the curve no longer does.
    policy.beyond = 9
    var near = policy
    near.beyond = 8
    let hardware = try HardwareProfile.load(Repository.path("profiles/hardware/h100-sxm.yaml"))
    let image = try #require(ImageSize(width: 1280, height: 720))
    for file in try Repository.files(in: "profiles/compute", ending: ".yaml") {
      let model = try ComputeCostModel.load(Repository.path(file))
      let advice = try Advisor(profile: profile, cost: model, decidedBy: .profile).advise(
        under: policy)
      #expect(advice.tokens >= 1, "\(file)")
      do {
        let decided = try Advisor(profile: profile, cost: model).advise(under: near)
        #expect(decided.evidence.form.id == "smooth" && decided.score <= 100, "\(file)")
        #expect(model.id != "llama-3.2-11b-vision")
      } catch let refusal as InvalidDocument {
        #expect(model.id == "llama-3.2-11b-vision", "\(refusal)")
        #expect(refusal.diagnostics.map(\.code.name) == ["advise.nothing-measured"])
        let far = try #require(throws: InvalidDocument.self) {
          try Advisor(profile: profile, cost: model).advise(under: policy)
        }
        #expect(far.diagnostics.map(\.code.name) == ["advise.outside-interpolation"])
        #expect(
          far.description.contains(
            "reaches 8 times beyond the measurements at 1 to 768 tokens, 0.1250 to 6144 tokens"))
        #expect(far.description.contains("'law: profile'"))
      }
      let estimate = try model.estimate(.init(.images([image])), on: hardware)
      let latency = try #require(estimate.latency, "\(file)")
      #expect(latency.total > 0 && estimate.flops.total > 0)
      #expect(try #require(estimate.memory).total > 0)
      #expect(!estimate.text.isEmpty && !estimate.json.isEmpty)
    }
  }
}
