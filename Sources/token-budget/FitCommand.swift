public import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits scaling laws to measured scores, and compares them.",
    discussion: """
      Fits every law that the series is long enough for, globally and the same on every run, and \
      compares them by AICc, Akaike weights and leave-one-out errors. '-o' writes the law chosen \
      into a profile. With a column params_billions, laws of model size and tokens are fitted.

      Laws of tokens: \(lawNames). A law with p parameters needs p + 3 measurements, \
      one with two needs four. A constant is compared where no test finds a trend.
      Laws of size and tokens: \(jointNames).

      Examples:
        token-budget fit measurements.csv -o my-profile.yaml
        token-budget fit runs.csv --series-by benchmark -o profiles/
        token-budget fit results_*.json --tokens 'results_{tokens}.json' \\
          --benchmark textvqa_val --at 256
      """)

  private static var lawNames: String {
    (LawRegistry.all.map { $0.form.id } + [InterpolatedLaw.form.id]).joined(separator: ", ")
  }

  private static var jointNames: String {
    JointLaw.Shape.allCases.map(\.rawValue).joined(separator: ", ")
  }

  enum Residuals: String, ExpressibleByArgument, CaseIterable {
    case logScore = "log-score"
    case score, error
    case logError = "log-error"
  }

  @OptionGroup var input: MeasurementOptions

  @Option(
    help: """
      Where residuals are taken. Default: ln(score), relative errors, and the score itself where one \
      is 0 or less; for laws of size and tokens the error. In score and in error they are the same; \
      ln(error) is for laws of size and tokens.
      """)
  var residuals: Residuals?

  @Flag(help: "Let outliers count less: Huber's weights from 1.345 robust deviations on.")
  var robust = false

  @Option(
    help: ArgumentHelp("Take this law instead of the one with the lowest AICc.", valueName: "form"))
  var law: String?

  @Option(help: "How an interpolated law runs between measurements: isotonic or pchip.")
  var interpolation: InterpolatedLaw.Method = .pchip

  @Option(
    help: ArgumentHelp("Predict the score at this token count; repeatable.", valueName: "n"))
  var at: [Double] = []

  @Option(help: "The score's unit: percent or points. Default: percent where the range is 0,100.")
  var unit: ScoreUnit?

  @Option(
    help: ArgumentHelp(
      "The scores that are possible, as in 0,100 or =-1,1; errors count from the upper one.",
      valueName: "low,high"))
  var metricRange: ScoreRange?

  @Option(help: ArgumentHelp("The score of guessing.", valueName: "score"))
  var chance: Double?

  @Option(
    help: ArgumentHelp(
      """
      How many questions a score is a mean over, where the file does not say: their binomial error is \
      the least that the noise can be.
      """, valueName: "count"))
  var questions: Int?

  @Option(
    help: ArgumentHelp(
      "Whose scores these are, by the model's published name: 'LLaVA-1.5-7B + FastV'.",
      valueName: "name"))
  var model: String?

  @Option(help: ArgumentHelp("Its language model's billions of parameters.", valueName: "n"))
  var paramsBillions: Double?

  @Option(help: ArgumentHelp("Its vision encoder, in words.", valueName: "text"))
  var vision: String?

  @Option(help: "How the token counts came about.")
  var how: TokenTreatment?

  @Option(
    help: ArgumentHelp(
      """
      The whole model's token count, where tokens are reduced without training: a measurement there is \
      another treatment and left out of the fit.
      """, valueName: "n"))
  var unreducedTokens: Double?

  @Option(help: "Seed of the parameter draws that the profile asks for.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("How many draws the profile asks for.", valueName: "n"))
  var draws: Int = 1000

  @Option(
    help: "How draws make new measurements: residual (noise alike everywhere) or wild (it differs)."
  )
  var bootstrap: ParameterDraws.Method = .residual

  @Option(help: "The profile's id. Default: the name of the file written.")
  var id: String?

  @Option(help: "The profile's title.")
  var title: String?

  @Option(help: "Where the measurements come from, for the profile's source.")
  var cite: String?

  @Option(help: "What else a reader of the profile should know.")
  var note: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write the chosen law as a profile; of several series, each into this folder.",
      valueName: "file|folder"))
  var destination: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if input.profile.count > 1 {
      throw ValidationError("fit takes one --profile: what is written takes its metric and source")
    }
    if input.tokens == nil, input.files.count > 1 {
      throw ValidationError(
        "several files are read as results, and need --tokens; measurements are one CSV file")
    }
    if let bad = at.first(where: { !NumberDomain.tokens.contains($0) }) {
      throw ValidationError("--at takes token counts \(NumberDomain.tokens.words), found \(bad)")
    }
    if !(1...1_000_000).contains(draws) {
      throw ValidationError("--draws takes 1 to 1000000, found \(draws)")
    }
    if let chance {
      guard NumberDomain.score.contains(chance), metricRange?.range.contains(chance) ?? true else {
        throw ValidationError("--chance takes a score that the metric can give, found \(chance)")
      }
    }
    if let questions, !(1...1_000_000_000_000).contains(questions) {
      throw ValidationError("--questions takes a count from 1 to 1000000000000, found \(questions)")
    }
    for (flag, value, domain) in [
      ("--params-billions", paramsBillions, NumberDomain.billions),
      ("--unreduced-tokens", unreducedTokens, .tokens),
    ] {
      if let value, !domain.contains(value) {
        throw ValidationError("\(flag) takes a number \(domain.words), found \(value)")
      }
    }
    if unreducedTokens != nil, let how, how != .reducedWithoutTraining {
      throw ValidationError(
        "--unreduced-tokens is for tokens that are reduced without training, and --how says "
          + how.rawValue)
    }
    if let id, !DocumentID.isValid(id) {
      throw ValidationError(
        "--id takes lower-case letters, digits, '-' and '.', found \(printable(id))")
    }
    if let destination,
      (input.files + input.profile).contains(where: {
        Terminal.isSameFile($0, destination)
      })
    {
      throw ValidationError(
        "--output would overwrite the file that is read: \(printable(path: destination))")
    }
  }

  func run() throws {
    var documents = DocumentLoader(output)
    guard let read = try input.read(&documents) else { throw documents.failure() }
    let request = request(for: read.profile)
    var fits: [ScalingFit] = []
    let progress = Progress("fit", of: read.series)
    for series in read.series {
      do {
        fits.append(try progress.showing { try ScalingFit(series, request) })
      } catch let error as InvalidDocument {
        documents.add(error)
      }
      progress.advance()
    }
    progress.end()
    let report = FitReport(fits, warnings: read.warnings)
    guard !documents.hasFailures else { throw documents.failure() }
    let written = try write(fits, read, &documents)
    Terminal.report(report.diagnostics, colour: output.colour)
    try output.write(text: report.text + written, json: report.json)
  }

  private func request(for profile: ScalingProfile?) -> FitRequest {
    var request = FitRequest()
    request.options.scale =
      switch residuals {
      case nil, .logScore?, .logError?: .logScore
      case .score?, .error?: .score
      }
    request.options.huber = robust ? 1.345 : nil
    request.jointScale = residuals == .logError ? .logError : .error
    request.isScaleGiven = residuals != nil
    request.law = law
    request.interpolation = interpolation
    request.metricName = input.tokens == nil ? input.metric ?? profile?.metric.name : nil
    request.unit = unit ?? profile?.metric.unit
    request.range = metricRange?.range ?? profile?.metric.range
    request.chance = chance ?? profile?.metric.chance
    request.questions = questions ?? profile?.metric.questions
    request.model = MeasuredModel(
      name: model, parametersBillions: paramsBillions, vision: vision,
      treatment: how ?? (unreducedTokens == nil ? nil : .reducedWithoutTraining),
      unreducedTokens: unreducedTokens)
    request.draws = .init(method: bootstrap, seed: seed, count: draws)
    request.predictions = at
    return request
  }

  /// Writes the profiles.
  ///
  /// - Returns: What to say of it behind the text report.
  private func write(
    _ fits: [ScalingFit],
    _ read: (series: [MeasurementSeries], profile: ScalingProfile?, warnings: [Diagnostic]),
    _ documents: inout DocumentLoader
  ) throws -> String {
    guard let destination else { return "" }
    var texts: [(path: String, yaml: String)] = []
    let isFolder = fits.count > 1
    var used: Set<String> = []
    for fit in fits {
      var name =
        isFolder
        ? DocumentID.fromName(fit.series.name ?? "", fallback: "series")
        : DocumentID.fromPath(destination, fallback: "profile")
      if isFolder {
        name = (id.map { $0 + "-" } ?? "") + name
        var number = 2
        let stem = name
        while !used.insert(name).inserted {
          name = "\(stem)-\(number)"
          number += 1
        }
      }
      do throws(InvalidDocument) {
        let yaml = try fit.profileYAML(
          id: isFolder ? name : id ?? name, title: title ?? read.profile?.title,
          cite: cite ?? read.profile?.source?.cite,
          note: note ?? read.profile?.source?.note)
        texts.append((isFolder ? "\(destination)/\(name).yaml" : destination, yaml))
      } catch {
        documents.add(error)
      }
    }
    guard !documents.hasFailures else { throw documents.failure() }
    do throws(InvalidDocument) {
      if isFolder { try Terminal.makeFolder(destination) }
      for (path, yaml) in texts { try Terminal.write(yaml, to: path) }
    } catch {
      documents.add(error)
      throw documents.failure()
    }
    return isFolder
      ? "\(printable(path: destination)): \(texts.count) profiles written\n"
      : "\(printable(path: destination)): written\n"
  }
}

extension ScoreUnit: ExpressibleByArgument {}
extension TokenTreatment: ExpressibleByArgument {}
extension InterpolatedLaw.Method: ExpressibleByArgument {}
extension ParameterDraws.Method: ExpressibleByArgument {}

/// Two scores with a comma between them.
struct ScoreRange: ExpressibleByArgument {
  let range: ClosedRange<Double>

  init?(argument: String) {
    let ends = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double(String($0).filter { $0 != " " })
    }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low < high,
      (low...high).scoreProblem == nil
    else { return nil }
    range = low...high
  }
}
