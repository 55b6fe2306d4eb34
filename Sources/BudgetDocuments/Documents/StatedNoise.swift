import ScalingLaws
import SourceText

/// What a table or a document states of the noise of one score, checked.
struct StatedNoise {
  /// The most questions that a benchmark can have.
  static let mostQuestions = 1_000_000_000_000

  /// Why the statements do not fit together.
  enum Problem: Error {
    case rightWithoutTotal, totalWithoutRight
    case moreRightThanAsked(right: Int, total: Int)
    case questionsDiffer(questions: Int, total: Int)

    var message: String {
      switch self {
      case .rightWithoutTotal: "'right' says nothing without 'of', the number of questions"
      case .totalWithoutRight: "'of' is the number of questions that 'right' were answered of"
      case .moreRightThanAsked(let right, let total):
        "\(grouped(right)) right of \(grouped(total)) cannot be"
      case .questionsDiffer(let questions, let total):
        "'questions' says \(grouped(questions)), and 'of' \(grouped(total))"
      }
    }

    var suggestion: Suggestion? {
      switch self {
      case .rightWithoutTotal: "add 'of'"
      case .totalWithoutRight: "add 'right', or call it 'questions'"
      case .moreRightThanAsked: nil
      case .questionsDiffer: "leave out 'questions'"
      }
    }
  }

  var standardError: Double?
  var questions: Int?
  var count: ExactCount?

  /// - Parameters:
  ///   - right: Not negative.
  ///   - total: Greater than 0, and so are the other two.
  init(standardError: Double?, questions: Int?, right: Int?, of total: Int?) throws(Problem) {
    self.standardError = standardError
    self.questions = questions
    switch (right, total) {
    case (nil, nil): break
    case (_?, nil): throw .rightWithoutTotal
    case (nil, _?): throw .totalWithoutRight
    case (let right?, let total?):
      guard let count = ExactCount(right: right, of: total) else {
        throw .moreRightThanAsked(right: right, total: total)
      }
      if let questions, questions != total {
        throw .questionsDiffer(questions: questions, total: total)
      }
      self.count = count
      self.questions = nil
    }
  }
}

extension ScalingProfile.Metric {
  /// The scores of no and of all questions right: the range, and 0 to 100 where percent state none.
  public var questionRange: ClosedRange<Double>? { range ?? (unit == .percent ? 0...100 : nil) }
}

extension Measurement {
  /// The score that the exact count stands for, where the score stated is another, rounding aside.
  package func contradictedScore(in range: ClosedRange<Double>) -> Double? {
    guard let counted = count?.score(in: range) else { return nil }
    // Half a unit of the last decimal that is written, and no more than half a percent of the range.
    var unit = 1.0
    while unit > 1e-12, (score / unit - (score / unit).rounded()).magnitude > 1e-6 { unit /= 10 }
    let width = range.upperBound - range.lowerBound
    let slack = min(0.5 * unit, 0.005 * width) + 1e-9 * width
    return (score - counted).magnitude > slack ? counted : nil
  }
}

/// A score and a count that cannot both be right, in words.
package func contradiction(
  _ score: Double, _ counted: Double, _ count: ExactCount, _ range: ClosedRange<Double>
) -> String {
  "the score \(significant(score, 6)) contradicts \(grouped(count.right)) right of "
    + "\(grouped(count.total)), which is \(significant(counted, 6)) of a range from "
    + "\(significant(range.lowerBound)) to \(significant(range.upperBound))"
}

extension Diagnostic.Code {
  /// Statements of right answers and questions that do not fit together.
  public static let malformedCount = Self("measurements.malformed-count")
  /// A score is not the share of the questions that are said to have been answered rightly.
  public static let countContradictsScore = Self("measurements.count-contradicts-score")
  /// Questions are stated of a metric whose range is not known.
  public static let questionsWithoutRange = Self("measurements.questions-without-range")
}
