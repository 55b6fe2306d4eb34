import ScalingLaws
import SourceText

extension ScalingProfile {
  /// What a document says was measured; `nil` after reporting what is wrong with it.
  static func decodeMeasurements(
    _ field: Field, metric: Metric?, model: MeasuredModel?
  ) -> [Measurement]? {
    guard let items = field.items(atLeast: 1) else { return nil }
    let points = items.compactMap { decodeMeasurement($0, metric, model) }
    let hasQuestions = points.contains { $0.count != nil || $0.questions != nil }
    if let metric, metric.questionRange == nil, hasQuestions {
      field.warn(
        .questionsWithoutRange,
        "numbers of questions say nothing of the noise of points without a range",
        suggestion: "add 'range: [lowest, highest]' to the metric, or state 'stderr'")
    }
    // With one of them wrong, nothing can be said of their range.
    return points.count == items.count ? points : nil
  }

  private static func decodeMeasurement(
    _ item: Field, _ metric: Metric?, _ model: MeasuredModel?
  ) -> Measurement? {
    guard var reader = item.mapping() else { return nil }
    let tokens = reader.required("tokens")?.number(.tokens)
    let size = reader.optional("params_billions")?.number(.billions)
    let weight = reader.optional("weight")?.number(.weight)
    let standardError = reader.optional("stderr")?.number(.deviation)
    let questions = reader.optional("questions")?.integer(in: 1...StatedNoise.mostQuestions)
    let rightField = reader.optional("right")
    let right = rightField?.integer(in: 0...StatedNoise.mostQuestions)
    let totalField = reader.optional("of")
    let total = totalField?.integer(in: 1...StatedNoise.mostQuestions)
    let scoreField = rightField == nil ? reader.required("score") : reader.optional("score")
    let stated = scoreField?.number(.score)
    let isUnreduced = reader.optional("unreduced")?.bool()
    reader.finish()

    if let stated, let range = metric?.range, !range.contains(stated) {
      scoreField?.report(
        .scoreOutsideRange,
        "'\(item.path).score' must lie in the metric's range, "
          + "\(significant(range.lowerBound)) to \(significant(range.upperBound)), "
          + "found \(significant(stated, 6))")
    }
    guard (rightField == nil) == (right == nil), (totalField == nil) == (total == nil) else {
      return nil
    }
    let noise: StatedNoise
    do throws(StatedNoise.Problem) {
      noise = try StatedNoise(
        standardError: standardError, questions: questions, right: right, of: total)
    } catch {
      (rightField ?? totalField)?.report(
        .malformedCount, "\(item.name): \(error.message)", suggestion: error.suggestion)
      return nil
    }
    guard let tokens, scoreField == nil || stated != nil,
      let score = stated ?? counted(noise.count, rightField, metric)
    else { return nil }
    let measurement = Measurement(
      tokens: tokens, score: score, weight: weight ?? 1, standardError: noise.standardError,
      questions: noise.count == nil ? noise.questions ?? metric?.questions : nil,
      count: noise.count, parametersBillions: size,
      isUnreduced: isUnreduced ?? model?.isUnreduced(at: tokens) ?? false)
    if let range = metric?.questionRange, let count = noise.count,
      let counted = measurement.contradictedScore(in: range)
    {
      scoreField?.report(
        .countContradictsScore,
        "'\(item.path).score': " + contradiction(score, counted, count, range))
    }
    return measurement
  }

  /// The score that a count stands for, where none is stated.
  private static func counted(
    _ count: ExactCount?, _ field: Field?, _ metric: Metric?
  ) -> Double? {
    guard let count, let metric else { return nil }
    guard let range = metric.questionRange else {
      field?.report(
        .malformedCount, "a count becomes a score only where the metric has a range",
        suggestion: "add 'range: [lowest, highest]' to the metric, or 'score' to the measurement")
      return nil
    }
    return count.score(in: range)
  }
}
