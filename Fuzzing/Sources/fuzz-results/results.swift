import BudgetReports
import FuzzSupport

/// Result files of evaluation tools, one behind another with a line of five `=` between them: each score
/// has a metric, and those that are taken are numbers.
@_cdecl("LLVMFuzzerTestOneInput")
public func results(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var files: [(file: ResultFile, tokens: Double)] = []
  for (index, part) in FuzzInput(start, count).parts.prefix(8).enumerated() {
    judging {
      let file = try ResultFile.read(SourceFile(name: "results-\(index)", bytes: part))
      expect(!file.results.isEmpty, "a file was read, and has no scores")
      files.append((file, Double(64 << index)))
      for result in file.results.prefix(16) {
        judging {
          let chosen = try file.result(benchmark: result.benchmark, metric: result.metric)
          expect(chosen.score.isFinite, "a score of \(chosen.score)")
          expect(chosen.standardError.map { $0.isFinite && $0 > 0 } ?? true, "a wrong error")
        }
      }
    }
  }
  guard let first = files.first?.file.results.first else { return 0 }
  judging {
    let series = try MeasurementSeries.read(
      results: files, benchmark: first.benchmark, metric: first.metric)
    for point in series.points { expect(point.score.isFinite, "a score of \(point.score)") }
  }
  return 0
}
