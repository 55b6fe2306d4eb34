import SourceText

extension ResultFile {
  /// The one score that a benchmark and a metric name.
  ///
  /// Names are compared without case. A metric may be given by the end of its name, `Overall` for
  /// `validation/Overall`. Without one the file's only metric is meant, or the one called
  /// `Overall`, which in VLMEvalKit's files sums up the others.
  ///
  /// - Parameters:
  ///   - benchmark: The benchmark; may be `nil` where the file has one. A file of VLMEvalKit has it
  ///     in its name only, `MODEL_BENCHMARK_acc.csv`, and must have it there.
  ///   - metric: The metric.
  /// - Throws: ``SourceText/InvalidDocument`` that lists what there is, where nothing or several are meant, or
  ///   where the score is no finite number.
  public func result(
    benchmark: String? = nil, metric: String? = nil
  ) throws(InvalidDocument) -> Result {
    var left = results
    if let benchmark { left = try matching(benchmark: benchmark) }
    if let metric {
      let named = Self.matching(metric: metric, among: left)
      guard !named.isEmpty else {
        let names = Self.distinct(left.map(\.metric))
        throw InvalidDocument.refusal(
          .resultsUnknown, "the file has no metric \(quoted(metric))",
          file: file,
          suggestion: nearestName(to: metric, among: names).map { "did you mean \(quoted($0))?" }
            ?? "metrics: \(MeasurementColumns.list(names))")
      }
      left = named
    }
    let benchmarks = Self.distinct(left.compactMap(\.benchmark))
    guard benchmarks.count <= 1 else {
      throw InvalidDocument.refusal(
        .resultsAmbiguous, "the file has the benchmarks \(MeasurementColumns.list(benchmarks))",
        file: file, suggestion: "say which: \(parameter: .benchmark, quoted(benchmarks[0]))")
    }
    if left.count > 1, metric == nil {
      let overall = Self.matching(metric: "Overall", among: left)
      if overall.count == 1 { left = overall }
    }
    guard left.count == 1 else {
      let names = Self.distinct(left.map(\.metric))
      throw InvalidDocument.refusal(
        .resultsAmbiguous,
        names.count == 1
          ? "the file has \(left.count) scores called \(quoted(names[0]))"
          : "the file has the metrics \(MeasurementColumns.list(names))",
        file: file,
        suggestion: names.count == 1 ? nil : "say which: \(parameter: .metric, quoted(names[0]))")
    }
    let chosen = left[0]
    guard chosen.score.isFinite else {
      throw InvalidDocument(
        file: file,
        diagnostics: [
          Diagnostic(
            code: .notFinite, severity: .error,
            message: "\(quoted(chosen.metric)) must be a finite number",
            place: chosen.location.place)
        ])
    }
    return chosen
  }

  private func matching(benchmark: String) throws(InvalidDocument) -> [Result] {
    let wanted = benchmark.lowercased()
    let names = Self.distinct(results.compactMap(\.benchmark))
    if names.isEmpty {
      guard nameHolds(wanted) else {
        throw InvalidDocument.refusal(
          .resultsUnknown, "the file's name does not say that it is of \(quoted(benchmark))",
          file: file, suggestion: "VLMEvalKit's names are MODEL_BENCHMARK_acc.csv")
      }
      return results
    }
    let named = results.filter { $0.benchmark?.lowercased() == wanted }
    guard !named.isEmpty else {
      throw InvalidDocument.refusal(
        .resultsUnknown, "the file has no benchmark \(quoted(benchmark))",
        file: file,
        suggestion: nearestName(to: benchmark, among: names).map { "did you mean \(quoted($0))?" }
          ?? "benchmarks: \(MeasurementColumns.list(names))")
    }
    return named
  }

  /// Whether a file of VLMEvalKit's naming is of a benchmark. One of another name does not say, and
  /// is taken for what it is said to be.
  private func nameHolds(_ benchmark: String) -> Bool {
    let name = file.split(separator: "/").last.map { $0.lowercased() } ?? ""
    let stem = name.split(separator: ".").dropLast().joined(separator: ".")
    guard stem.hasSuffix("_acc") || stem.hasSuffix("_score") else { return true }
    return "_\(stem)_".contains("_\(benchmark)_")
  }

  private static func matching(metric: String, among results: [Result]) -> [Result] {
    let exact = results.filter { $0.metric == metric }
    if !exact.isEmpty { return exact }
    let wanted = metric.lowercased()
    // lmms-eval's own spelling of a metric without a filter.
    let names = [wanted, wanted.hasSuffix(",none") ? String(wanted.dropLast(5)) : wanted]
    let folded = results.filter { names.contains($0.metric.lowercased()) }
    return folded.isEmpty
      ? results.filter { $0.metric.lowercased().hasSuffix("/" + wanted) } : folded
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}

extension Diagnostic.Code {
  /// A result file lacks the benchmark or the metric asked for.
  public static let resultsUnknown = Self("results.unknown")
  /// A result file has several benchmarks or metrics.
  public static let resultsAmbiguous = Self("results.ambiguous")
}
