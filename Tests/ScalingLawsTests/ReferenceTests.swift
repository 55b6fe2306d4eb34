import Foundation
import RealModule
import ScalingLaws
import Testing

/// One row of `References/laws.csv`.
private struct Reference: CustomStringConvertible {
  let law: any ScoreLaw
  let tokens: Double
  let score: Double
  let elasticity: Double?

  var description: String { "\(law) at \(tokens)" }

  static func all() throws -> [Reference] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("References/laws.csv")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.dropFirst()
    return try lines.map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let values = try cells[1].split(separator: " ").map { try #require(Double($0)) }
      let type = try #require(LawRegistry.law(cells[0]))
      return Reference(
        law: try make(type, values), tokens: try #require(Double(cells[2])),
        score: try #require(Double(cells[3])), elasticity: Double(cells[4]))
    }
  }

  private static func make<Law: ParametricLaw>(_ type: Law.Type, _ values: [Double]) throws
    -> any ScoreLaw
  {
    try Law(values: values)
  }
}

/// Against 40-digit references by an independent implementation.
///
/// The scale of an error is the largest term of the law, since a score near zero is a difference
/// of terms that are each rounded.
@Suite struct ReferenceTests {
  private func scale(_ reference: Reference) -> Double {
    switch reference.law {
    case let law as SaturatingLaw:
      max(law.ceiling.magnitude, (law.ceiling - reference.score).magnitude)
    case let law as LogLinearLaw:
      max(law.a.magnitude, (law.a - reference.score).magnitude)
    default: reference.score.magnitude
    }
  }

  @Test func everyLawIsReferenced() throws {
    let referenced = Set(try Reference.all().map { type(of: $0.law).form.id })
    #expect(referenced == Set(LawRegistry.all.map { $0.form.id }))
  }

  @Test func scoresAreWithinFourUlps() throws {
    for reference in try Reference.all() {
      let error = (reference.law.score(at: reference.tokens) - reference.score).magnitude
      #expect(error <= 4 * scale(reference).ulp, "\(reference)")
    }
  }

  @Test func elasticitiesAreAccurate() throws {
    for reference in try Reference.all() {
      let elasticity = reference.law.elasticity(at: reference.tokens)
      guard let expected = reference.elasticity else {
        #expect(elasticity.isNaN, "\(reference)")
        continue
      }
      // Where the score is a small difference, the elasticity inherits its relative error.
      let condition = max(1, scale(reference) / reference.score)
      #expect(
        (elasticity - expected).magnitude <= 8 * condition * max(expected.magnitude.ulp, 1e-300),
        "\(reference): \(elasticity) against \(expected)")
    }
  }

  @Test func inversesReturnToTheTokens() throws {
    for reference in try Reference.all() where reference.law.trend != .constant {
      let law = reference.law
      let elasticity = law.elasticity(at: reference.tokens)
      // d ln n = d ln S / ε: a flat law forgets n.
      let slope =
        elasticity.isNaN ? nil : Optional(elasticity.magnitude * law.score(at: reference.tokens))
      guard let slope else { continue }
      let forgotten = scale(reference) / slope * 1e-15
      guard forgotten < 1e-6 else { continue }
      let back = try #require(law.tokens(reaching: law.score(at: reference.tokens)), "\(reference)")
      #expect(
        back.isApproximatelyEqual(
          to: reference.tokens, relativeTolerance: 16 * forgotten + 1e-14),
        "\(reference): \(back)")
    }
  }
}
