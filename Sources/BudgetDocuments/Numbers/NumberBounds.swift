import SourceText

/// What numbers of files and options are computed with. Beyond any measurement, and so that squares, quotients and
/// squares of quotients of them stay doubles: a report never says `inf` or `nan`.
extension NumberDomain {
  /// Token counts, which may be means over images. No count is near 10¹⁸; a share of one is above 10⁻⁶.
  package static let tokens = NumberDomain.positiveWithin(1e-6...1e18)
  /// Scores and what is counted in their unit.
  package static let score = NumberDomain.ofSize(1e-60...1e60)
  /// Standard errors and deviations of scores.
  package static let deviation = NumberDomain.positiveWithin(1e-60...1e60)
  /// Weights of measurements, of which only the ratios matter.
  package static let weight = NumberDomain.positiveWithin(1e-30...1e30)
  /// Billions of a model's parameters.
  package static let billions = NumberDomain.positiveWithin(1e-9...1e9)

  /// Sizes, times and rates in their base unit.
  package static let amount = 1e-30...1e60
}

extension ClosedRange<Double> {
  /// Why no scores can be told apart in the range of a metric, in words that follow its name; `nil` where they
  /// can.
  ///
  /// A score's share of the range, and a hundredth of the range beside its ends, must keep digits: the range has
  /// a width of 10⁻⁶⁰ and of 10⁻⁹ of its larger end or more.
  package var scoreProblem: String? {
    let ends = "[\(significant(lowerBound)), \(significant(upperBound))]"
    guard NumberDomain.score.contains(lowerBound), NumberDomain.score.contains(upperBound) else {
      return "must have ends of \(NumberDomain.score.words), found \(ends)"
    }
    guard lowerBound < upperBound else { return "must end above its start, found \(ends)" }
    let width = upperBound - lowerBound
    guard width >= 1e-60, width >= 1e-9 * Swift.max(lowerBound.magnitude, upperBound.magnitude)
    else {
      return "is too narrow to tell scores apart in it, found a width of \(significant(width))"
    }
    return nil
  }
}
