import ScalingLaws
import SourceText

/// The `law` of a scaling profile.
enum DecodedLaw {
  case tokens(any ScoreLaw)
  case joint(JointLaw)

  /// How many parameters it has.
  var parameterCount: Int {
    switch self {
    case .tokens(let law): law.values.count
    case .joint(let law): law.values.count
    }
  }

  /// Every form that a document can name.
  private static var forms: [String] {
    LawRegistry.all.map { $0.form.id } + [SmoothLaw.form.id, InterpolatedLaw.form.id]
      + JointLaw.Shape.allCases.map(\.rawValue)
  }

  static func decode(
    _ field: Field, metric: ScalingProfile.Metric?, measured: [Measurement]?
  ) -> DecodedLaw? {
    guard var reader = field.mapping() else { return nil }
    guard
      let formField = reader.required(
        "form", suggestion: "one of: \(forms.joined(separator: ", "))")
    else {
      reader.reportMissing()
      return nil
    }
    guard let id = formField.word(among: forms) else { return nil }
    if id == SmoothLaw.form.id { return smooth(formField, &reader, metric, measured) }
    if id == InterpolatedLaw.form.id { return interpolated(formField, &reader, measured) }
    let shape = JointLaw.Shape(rawValue: id)
    let type = LawRegistry.law(id)
    guard let form = shape?.form ?? type?.form else { return nil }
    var values: [Double] = []
    for parameter in form.parameters {
      let domain: NumberDomain =
        switch parameter.domain {
        case .finite: .finite
        case .positive: .positive
        case .nonNegative: .nonNegative
        }
      if let value = reader.required(parameter.key)?.number(domain) { values.append(value) }
    }
    reader.finish()
    guard values.count == form.parameters.count else { return nil }
    do {
      if let type { return .tokens(try law(type, values: values)) }
      guard let shape else { return nil }
      guard shape != .error || metric?.range != nil else {
        // A range that is there and wrong has its own error.
        if !field.sink.hasErrors {
          field.report(
            .lawNeedsRange, "a law of the error needs the scores that stand for errors of 1 and 0",
            suggestion: "add 'range: [0, 100]' to the metric")
        }
        return nil
      }
      return .joint(try JointLaw(shape: shape, values: values, range: metric?.range ?? 0...1))
    } catch {
      let name = error.parameter?.key ?? "the values"
      reader.optional(name)?.report(
        .lawNotMonotone,
        "'\(field.path).\(name)' must not "
          + (id == HillLaw.form.id
            ? "be less than the floor" : "have the opposite sign of the exponent before the break")
          + ": every law goes one way")
      return nil
    }
  }

  private static func law<Law: ParametricLaw>(
    _ type: Law.Type, values: [Double]
  ) throws(InvalidLawParameter) -> any ScoreLaw { try Law(values: values) }

  private static func smooth(
    _ form: Field, _ reader: inout MappingReader, _ metric: ScalingProfile.Metric?,
    _ measured: [Measurement]?
  ) -> DecodedLaw? {
    let names = SmoothingPrior.all.map(\.id)
    let name = reader.required("prior", suggestion: "one of: \(names.joined(separator: ", "))")?
      .word(among: names)
    reader.finish()
    guard let prior = SmoothingPrior.all.first(where: { $0.id == name }), let metric else {
      return nil
    }
    guard let measured, !measured.isEmpty else {
      if measured == nil, !form.sink.hasErrors {
        form.report(
          .lawNeedsMeasurements,
          "a smooth law is made of measurements, and there are none")
      }
      return nil
    }
    guard let series = try? Series(measured.filter { !$0.isUnreduced }),
      let posterior = SmoothingPosterior(of: series, bounds: metric.bounds, prior: prior)
    else {
      form.report(
        .lawNeedsMeasurements,
        "a smooth law needs measurements at two or more token counts, of a size that can be computed with"
      )
      return nil
    }
    return .tokens(SmoothLaw(posterior))
  }

  private static func interpolated(
    _ form: Field, _ reader: inout MappingReader, _ measured: [Measurement]?
  ) -> DecodedLaw? {
    let methods = InterpolatedLaw.Method.allCases.map(\.rawValue)
    let method = reader.required(
      "method", suggestion: "one of: \(methods.joined(separator: ", "))")?
      .word(among: methods).flatMap(InterpolatedLaw.Method.init)
    reader.finish()
    guard let method, let measured else {
      if measured == nil, !form.sink.hasErrors {
        form.report(
          .lawNeedsMeasurements,
          "an interpolated law is a curve through measurements, and there are none")
      }
      return nil
    }
    guard let law = InterpolatedLaw(through: measured, method: method) else {
      form.report(
        .lawNeedsMeasurements,
        "an interpolated law needs measurements at two or more token counts")
      return nil
    }
    return .tokens(law)
  }
}

extension Diagnostic.Code {
  /// A law of the error without the metric's range.
  public static let lawNeedsRange = Self("profile.law-needs-range")
  /// A law whose score rises and falls.
  public static let lawNotMonotone = Self("profile.law-not-monotone")
  /// An interpolated law without measurements.
  public static let lawNeedsMeasurements = Self("profile.law-needs-measurements")
}
