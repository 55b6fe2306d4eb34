import BudgetReports
import FuzzSupport

/// A small table of measurements, fitted: reports hold numbers only, and the profile that is written is
/// read with the measurements that were given.
@_cdecl("LLVMFuzzerTestOneInput")
public func fit(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  judging {
    let read = try MeasurementSeries.read(csv: input.file("measurements.csv"))
    guard read.series.count <= 2, read.series.allSatisfy({ $0.points.count <= 24 }) else { return }
    for series in read.series {
      judging {
        let fit = try ScalingFit(series)
        Judgement.judge(fit.diagnostics)
        let report = FitReport([fit])
        Judgement.judge(json: report.json)
        Judgement.judge(text: report.text, of: input.bytes)
        let profile = try ScalingProfile.parse(fit.profileYAML(id: "fuzz"))
        expect(
          profile.measurements.map { [$0.tokens, $0.score] }
            == fit.measured.points.map {
              [$0.tokens, $0.score]
            }, "a profile with other measurements: \(profile.measurements)")
      }
    }
  }
  return 0
}
