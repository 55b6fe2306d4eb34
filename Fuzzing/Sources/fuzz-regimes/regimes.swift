import BudgetReports
import FuzzSupport

/// A small table of measurements, tested for breaks and bounds: reports hold numbers only.
@_cdecl("LLVMFuzzerTestOneInput")
public func regimes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  judging {
    let read = try MeasurementSeries.read(csv: input.file("measurements.csv"))
    guard read.series.count <= 2, read.series.allSatisfy({ $0.points.count <= 24 }) else { return }
    let report = RegimeReport(
      try read.series.map { try RegimeReport.Entry($0) }, diagnostics: read.warnings)
    Judgement.judge(json: report.json)
    Judgement.judge(text: report.text, of: input.bytes)
  }
  return 0
}
