import ScalingLaws
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
    #expect(count >= 18 + 14 + 12 + 3)
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
        Measurement(tokens: try #require(Double(row[3])), score: try #require(Double(row[4])))
      }
      let profile = try #require(profiles.first { $0.measurements == series }, "\(fit)")
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

  /// Every law that this program fitted is what fitting the profile's own measurements gives, and the
  /// measurements are those of the tables.
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
    var refitted = 0
    for profile in try profiles() where !profile.id.hasPrefix("li2025-vqq-") {
      #expect(profile.source?.cite.isEmpty == false && profile.source?.note != nil)
      #expect(profile.warnings.isEmpty, "\(profile.id)")
      if profile.id != "li2024-joint" {
        for point in profile.measurements {
          #expect(published.contains("\(point.tokens) \(point.score)"), "\(profile.id) \(point)")
        }
      }
      var request = FitRequest()
      request.range = profile.metric.range
      let law = profile.law.law
      request.law = profile.joint?.law.shape.rawValue ?? type(of: law).form.id
      let fit = try ScalingFit(MeasurementSeries(of: profile), request)
      switch fit.choice {
      case .law(let refit):
        for (value, shipped) in zip(refit.law.values, law.values) {
          #expect(abs(value - shipped) <= 1e-7 * abs(shipped), "\(profile.id)")
        }
        #expect(refit.covariance != nil)
      case .joint(let refit):
        let shipped = try #require(profile.joint).law.values
        for (value, shipped) in zip(refit.law.values, shipped) {
          #expect(abs(value - shipped) <= 1e-7 * abs(shipped), "\(profile.id)")
        }
      case .interpolated(let refit): #expect(refit == law as? InterpolatedLaw)
      case .smooth(let refit): #expect(refit == law as? SmoothLaw)
      case nil: Issue.record("\(profile.id) has no law")
      }
      refitted += 1
    }
    #expect(refitted == 24)
  }

  /// The advice on a curve stays within its measurements.
  @Test func interpolatedProfilesAnswerWithinTheirMeasurements() throws {
    let profile = try ScalingProfile.load(
      Repository.path("profiles/scaling/wang2024-qwen2-vl-7b-infovqa-val.yaml"))
    let cost = try ComputeCostModel.load(Repository.path("profiles/compute/qwen2-vl-7b.yaml"))
    let advisor = try Advisor(profile: profile, cost: cost)
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
        switch try advisor.outcome(under: policy) {
        case .advice(let advice):
          let candidates = [1, 4, 9, 16, 36, 64, 144, 576].filter {
            profile.measuredTokens.contains(Double($0))
          }
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
    var compared = 0
    for reference in try [FLOPRecords("flops_oracle.json"), FLOPRecords("siblings.json")] {
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
    // Llama 3.2 begins at 6,404 tokens.
    policy.beyond = 9
    let hardware = try HardwareProfile.load(Repository.path("profiles/hardware/h100-sxm.yaml"))
    let image = try #require(ImageSize(width: 1280, height: 720))
    for file in try Repository.files(in: "profiles/compute", ending: ".yaml") {
      let model = try ComputeCostModel.load(Repository.path(file))
      let advice = try Advisor(profile: profile, cost: model).advise(under: policy)
      #expect(advice.tokens >= 1, "\(file)")
      let estimate = try model.estimate(.init(.images([image])), on: hardware)
      let latency = try #require(estimate.latency, "\(file)")
      #expect(latency.total > 0 && estimate.flops.total > 0)
      #expect(try #require(estimate.memory).total > 0)
      #expect(!estimate.text.isEmpty && !estimate.json.isEmpty)
    }
  }
}
