import BudgetReports
import FuzzSupport

/// A table of measurements: each that is read is a number at a token count, and has a place.
@_cdecl("LLVMFuzzerTestOneInput")
public func measurements(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = FuzzInput(start, count).file("measurements.csv")
  for columns in [[], ["model", "benchmark"]] {
    judging {
      let read = try MeasurementSeries.read(csv: source, seriesColumn: columns)
      Judgement.judge(read.warnings)
      expect(!read.series.isEmpty, "a table was read, and has no series")
      for point in read.series.flatMap(\.points) {
        expect(point.tokens > 0 && point.tokens.isFinite, "\(point.tokens) tokens")
        expect(point.score.isFinite, "a score of \(point.score)")
      }
    }
  }
  return 0
}
