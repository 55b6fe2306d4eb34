import ScalingLaws
import SourceText

/// The `fit` of a scaling profile.
struct DecodedFit {
  var method: String?
  var residualSD: Double?
  var fittedTokens: ClosedRange<Double>?
  var fittedSizes: ClosedRange<Double>?
  var uncertainty: FitUncertainty?

  static func decode(
    _ field: Field, law: DecodedLaw?, measured: [Measurement]?
  ) -> DecodedFit? {
    guard var reader = field.mapping() else { return nil }
    var fit = DecodedFit()
    fit.method = reader.optional("method")?.text()
    fit.residualSD = reader.optional("residual_sd")?.number(.within(0...1e60))
    let range = reader.optional("fitted_tokens")
    fit.fittedTokens = range.flatMap { ScalingProfile.decodeRange($0, .tokens) }
    fit.fittedSizes = reader.optional("fitted_params_billions").flatMap {
      ScalingProfile.decodeRange($0, .billions)
    }
    let residuals = reader.optional("residuals")
    let scale = residuals?.word(among: ResidualScale.allCases.map(\.rawValue))
      .flatMap(ResidualScale.init)
    let covariance = reader.optional("covariance").flatMap {
      decodeCovariance($0, size: law?.parameterCount)
    }
    let compared = reader.optional("compared").flatMap(decodeCompared)
    let draws = reader.optional("draws").flatMap(decodeDraws)
    reader.finish()
    if scale != nil || covariance != nil || compared != nil || draws != nil {
      fit.uncertainty = FitUncertainty(
        scale: scale ?? .logScore, covariance: covariance, compared: compared ?? [], draws: draws)
    }
    if let range, let fitted = fit.fittedTokens, let measured {
      let tokens = measured.map(\.tokens)
      if let low = tokens.min(), let high = tokens.max(),
        fitted.lowerBound < low || fitted.upperBound > high
      {
        range.warn(
          .fittedBeyondMeasured,
          "the fit is said to reach beyond the measurements, which run from "
            + "\(significant(low)) to \(significant(high)) tokens")
      }
    }
    return fit
  }

  /// A symmetric matrix, one row and column for each parameter, without negative variances.
  private static func decodeCovariance(_ field: Field, size: Int?) -> [[Double]]? {
    guard let rows = field.items(), let size else { return nil }
    let matrix = rows.compactMap { row in
      row.items().map { cells in cells.compactMap { $0.number() } }
    }
    guard matrix.count == size, matrix.allSatisfy({ $0.count == size }) else {
      if !field.sink.hasErrors {
        field.report(
          .malformedCovariance,
          "\(field.name) must have a row and a column for each of the law's "
            + "\(size == 1 ? "one parameter" : "\(size) parameters")")
      }
      return nil
    }
    for i in 0..<size {
      for j in 0...i {
        let bound = matrix[i][i].squareRoot() * matrix[j][j].squareRoot() * (1 + 1e-6)
        guard matrix[i][i] >= 0,
          (matrix[i][j] - matrix[j][i]).magnitude <= 1e-9 * bound,
          matrix[i][j].magnitude <= bound
        else {
          rows[i].report(
            .malformedCovariance,
            "\(field.name) must be symmetric, with no covariance above what its variances allow")
          return nil
        }
      }
    }
    return matrix
  }

  private static func decodeCompared(_ field: Field) -> [FitUncertainty.Alternative]? {
    guard let items = field.items() else { return nil }
    let forms =
      LawRegistry.all.map { $0.form.id } + JointLaw.Shape.allCases.map(\.rawValue)
    return items.compactMap { item -> FitUncertainty.Alternative? in
      guard var reader = item.mapping() else { return nil }
      let form = reader.required("form")?.word(among: forms)
      let aicc = reader.optional("aicc")?.number()
      let weight = reader.required("weight")?.number(.within(0...1))
      reader.finish()
      guard let form, let weight else { return nil }
      return FitUncertainty.Alternative(form: form, aicc: aicc, weight: weight)
    }
  }

  /// The most draws that a document can ask for.
  private static var mostDraws: Int { 1_000_000 }

  private static func decodeDraws(_ field: Field) -> ParameterDraws.Recipe? {
    guard var reader = field.mapping() else { return nil }
    let method = reader.required("method")?.word(
      among: ParameterDraws.Method.allCases.map(\.rawValue)
    ).flatMap(ParameterDraws.Method.init)
    let seed = reader.required("seed")?.integer(in: Int128(0)...Int128(UInt64.max))
    let count = reader.required("count")?.integer(in: 1...mostDraws)
    reader.finish()
    guard let method, let seed, let count else { return nil }
    return ParameterDraws.Recipe(method: method, seed: UInt64(seed), count: count)
  }
}

extension Diagnostic.Code {
  /// A covariance that is none.
  public static let malformedCovariance = Self("profile.malformed-covariance")
}
