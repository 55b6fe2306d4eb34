import RealModule
import ScalingLaws
import SeededRandom
import Testing

@Suite struct DistributionTests {
  @Test func everyReferenceToTwelveDigits() throws {
    var worst: [String: Double] = [:]
    let lines = try References.lines("distributions.csv").dropFirst()
    #expect(lines.count >= 400)
    for line in lines {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let first = try #require(Double(cells[1]))
      let second = Double(cells[2]) ?? .nan
      let at = try #require(Double(cells[3]))
      let expected = try #require(Double(cells[4]))
      let value: Double
      switch cells[0] {
      case "beta-lower": value = BetaDistribution(alpha: first, beta: second).cumulative(at)
      case "beta-upper":
        value = BetaDistribution(alpha: first, beta: second).survival(complement: at)
      case "f-upper": value = FDistribution(numerator: first, denominator: second).survival(at)
      case "f-quantile":
        value = FDistribution(numerator: first, denominator: second).upperQuantile(at)
      case "t-critical": value = StudentT(freedom: first).critical(twoSided: at)
      default:
        Issue.record("unknown kind \(cells[0])")
        continue
      }
      let error = abs(value / expected - 1)
      worst[cells[0]] = max(worst[cells[0]] ?? 0, error)
      #expect(error < 1e-12, "\(line): \(value)")
    }
    #expect(worst.count == 5)
  }

  /// Printed tables of any textbook.
  @Test func printedTables() {
    let t = [(1.0, 12.706), (2, 4.303), (6, 2.447), (10, 2.228), (30, 2.042), (120, 1.980)]
    for (freedom, value) in t {
      #expect(abs(StudentT(freedom: freedom).quantile(0.975) - value) < 6e-4)
    }
    let f = [(1.0, 6.0, 5.99), (2, 10, 4.10), (3, 20, 3.10), (5, 5, 5.05), (10, 30, 2.16)]
    for (numerator, denominator, value) in f {
      let distribution = FDistribution(numerator: numerator, denominator: denominator)
      #expect(abs(distribution.quantile(0.95) - value) < 6e-3)
    }
  }

  @Test(arguments: 1...200)
  func identities(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let (a, b) = (random.logUniform(0.5...1e4), random.logUniform(0.5...1e4))
    let beta = BetaDistribution(alpha: a, beta: b)
    let mirrored = BetaDistribution(alpha: b, beta: a)
    let x = Double.random(in: 0...1, using: &random)
    #expect(abs(beta.cumulative(x) + beta.survival(x) - 1) < 1e-13)
    #expect(abs(beta.cumulative(x) - mirrored.survival(1 - x)) < 1e-13)
    #expect(beta.cumulative(min(1, x + 0.01)) >= beta.cumulative(x))
    let f = FDistribution(numerator: a, denominator: b)
    let p = Double.random(in: 0.001...0.999, using: &random)
    #expect(abs(f.cumulative(f.quantile(p)) - p) < 1e-12, "\(a), \(b), \(p)")
    #expect(abs(f.survival(f.upperQuantile(p)) - p) < 1e-12, "\(a), \(b), \(p)")
    let student = StudentT(freedom: b)
    let t = student.quantile(p)
    #expect(abs(student.cumulative(t) - p) < 1e-12)
    #expect(
      abs(
        student.survival(twoSided: t) - FDistribution(numerator: 1, denominator: b).survival(t * t))
        < 1e-15)
  }

  @Test func ends() {
    let beta = BetaDistribution(alpha: 0.5, beta: 3)
    #expect(beta.cumulative(0) == 0 && beta.cumulative(-1) == 0 && beta.cumulative(1) == 1)
    #expect(beta.survival(0) == 1 && beta.survival(2) == 0 && beta.cumulative(.nan).isNaN)
    let f = FDistribution(numerator: 1, denominator: 6)
    #expect(f.survival(0) == 1 && f.survival(.infinity) == 0 && f.survival(.nan).isNaN)
    #expect(f.quantile(0) == 0 && f.quantile(1) == .infinity && f.upperQuantile(1) == 0)
  }
}
