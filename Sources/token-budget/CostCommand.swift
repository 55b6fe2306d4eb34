public import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct CostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "FLOPs, memory, latency, energy and price of a request, by part and phase.",
    discussion: """
      Counts what a request costs on images, on a number of tiles, or for a number of vision tokens \
      whatever made them (then without encoder and connector). Without any of these it takes the \
      cost model's own image, or else the largest setting that the model has.

      FLOPs are exact; the convention they are counted by can be changed to reproduce a paper's \
      numbers. Latency is a roofline over the vendor's data sheet with the utilization assumed, and \
      says so.

      Examples:
        token-budget cost --cost profiles/compute/qwen2.5-vl-7b.yaml --image 1280x720
        token-budget cost --cost profiles/compute/llava-1.5-7b.yaml \\
          --vision-tokens 576 --text-tokens 46 --output-tokens 1 \\
          --unit mac --mlp-matrices 2
        token-budget cost --cost profiles/compute/internvl3-8b.yaml \\
          --tiles 7 --dtype fp8 --hardware h100-sxm --price-per-hour 2.5
        token-budget cost --cost profiles/compute/llava-1.5-7b.yaml \\
          --image 640x480 --train connector,language --samples 665000
      """)

  @Option(help: ArgumentHelp("Compute cost model.", valueName: "file"))
  var cost: String

  // MARK: Vision

  @Option(
    help: ArgumentHelp(
      "Image size; repeat it for several images. One size stands for all images of the request.",
      valueName: "WxH"))
  var image: [String] = []

  @Option(help: "Vision tokens an image, for the language model alone.")
  var visionTokens: Int?

  @Option(help: "Tiles, crops or frames of an image, the thumbnail included.")
  var tiles: Int?

  // MARK: Workload

  @Option(help: "Images of a request. Default: the cost model's.")
  var images: Int?

  @Option(help: "Text tokens in the prompt, markers included. Default: the cost model's.")
  var textTokens: Int?

  @Option(help: "Tokens generated; 1 is prefill alone. Default: the cost model's.")
  var outputTokens: Int?

  @Option(help: "Requests computed together; counts are for all. Default: the cost model's.")
  var batch: Int?

  // MARK: Convention

  @Option(help: "Operations of a multiply-accumulate: flop (2) or mac (1).")
  var unit: Convention.Unit?

  @Option(help: "Matrices of the language model's gated MLP to count: 2 or 3.")
  var mlpMatrices: Int?

  @Option(help: "Pairs of positions in a prompt: full, or causal as the mask leaves them.")
  var attention: Convention.Attention?

  @Option(help: "Positions of the output head in a prompt: last or all.")
  var lmHead: Convention.Head?

  @Option(help: "Tiles of padding that are encoded: counted or excluded.")
  var padding: Convention.Waste?

  @Option(help: "Encoder layers behind the one that is used: counted or excluded.")
  var unusedLayers: Convention.Waste?

  // MARK: Hardware

  @Option(
    help: ArgumentHelp(
      "Hardware profile: an id of the catalog, or a file. Default: the cost model's.",
      valueName: "id|file"))
  var hardware: String?

  @Option(help: ArgumentHelp("Where hardware ids are looked up.", valueName: "folder"))
  var catalog: String = "profiles"

  @Option(help: "How all weights are stored. Default: as the cost model says, else bf16.")
  var dtype: DataType?

  @Option(help: "How the key/value cache is stored.")
  var kvDtype: DataType = .bf16

  @Option(help: "Devices that share the work evenly.")
  var devices: Int = 1

  @Option(help: "Part of the peak rate that is reached, 0 to 1: an assumption.")
  var mfu: Double = Utilization.assumed.mfu

  @Option(help: "Part of the bandwidth that is reached, 0 to 1: an assumption.")
  var mbu: Double = Utilization.assumed.mbu

  @Option(help: "Price of a device and hour, in your currency.")
  var pricePerHour: Double?

  @Option(help: "Price of a million prompt tokens, in your currency.")
  var priceInput: Double?

  @Option(help: "Price of a million generated tokens, in your currency.")
  var priceOutput: Double?

  // MARK: Training

  @Option(
    help: ArgumentHelp(
      "Estimate training too: parts that are trained, of encoder, connector, language.",
      valueName: "parts"))
  var train: String?

  @Option(
    help: "Train low-rank adapters of this rank in the language model instead of its weights.")
  var loraRank: Int?

  @Option(help: "Samples of a training run.")
  var samples: Int = 1

  @OptionGroup var output: OutputOptions

  func validate() throws {
    let given = [!image.isEmpty, visionTokens != nil, tiles != nil].count { $0 }
    if given > 1 {
      throw ValidationError("--image, --vision-tokens and --tiles exclude each other")
    }
    try Self.check("--vision-tokens", visionTokens, 0...1_000_000_000)
    try Self.check("--tiles", tiles, 1...100_000)
    try Self.check("--images", images, 1...1_000_000_000)
    try Self.check("--text-tokens", textTokens, 0...1_000_000_000)
    try Self.check("--output-tokens", outputTokens, 1...1_000_000_000)
    try Self.check("--batch", batch, 1...1_000_000_000)
    try Self.check("--mlp-matrices", mlpMatrices, 2...3)
    try Self.check("--devices", devices, 1...1_000_000)
    try Self.check("--lora-rank", loraRank, 1...1_000_000)
    try Self.check("--samples", samples, 1...1_000_000_000_000)
    for (name, value) in [("--mfu", mfu), ("--mbu", mbu)] where !(value >= 1e-3 && value <= 1) {
      throw ValidationError("\(name) must be from 0.001 to 1, found \(value)")
    }
    let prices = [
      ("--price-per-hour", pricePerHour), ("--price-input", priceInput),
      ("--price-output", priceOutput),
    ]
    for case (let name, let value?) in prices where !(value >= 0 && value <= 1e9) {
      throw ValidationError("\(name) must be from 0 to 1e9, found \(value)")
    }
    if image.count > 1, let images, images != image.count {
      throw ValidationError("--images \(images) disagrees with \(image.count) times --image")
    }
    if image.count > 1000 { throw ValidationError("--image can be repeated 1,000 times at most") }
    if train == nil, loraRank == nil, samples != 1 {
      throw ValidationError("--samples counts those of a training run: add --train or --lora-rank")
    }
    _ = try imageSizes()
    _ = try trainingPlan()
  }

  private static func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(name) must be from \(range.lowerBound) to \(range.upperBound), found \(value)")
  }

  private func imageSizes() throws -> [ImageSize] {
    try image.map { text in
      guard let size = ImageSize(text) else { throw ValidationError(Self.imageProblem(text)) }
      return size
    }
  }

  /// What is wrong with an image size on the command line.
  static func imageProblem(_ text: String) -> String {
    "an image size is WIDTHxHEIGHT in pixels, each from 1 to \(ImageSize.longestSide), as "
      + "1280x720; found '\(printable(text))'"
  }

  private func trainingPlan() throws -> TrainingPlan? {
    guard let train else {
      if loraRank == nil { return nil }
      return TrainingPlan(
        encoder: .frozen, connector: .frozen, language: .lora(rank: loraRank ?? 1))
    }
    var plan = TrainingPlan(encoder: .frozen, connector: .frozen, language: .frozen)
    guard train.contains(where: { $0 != "," }) else {
      throw ValidationError("--train names no part; take encoder, connector or language")
    }
    for part in train.split(separator: ",") {
      switch part {
      case "encoder": plan.encoder = .full
      case "connector": plan.connector = .full
      case "language": plan.language = .full
      default:
        throw ValidationError(
          "--train takes encoder, connector and language, with commas between; found "
            + "'\(printable(String(part)))'")
      }
    }
    if let loraRank {
      guard plan.language == .frozen else {
        throw ValidationError(
          "--lora-rank keeps the language model's weights: leave it out of --train")
      }
      plan.language = .lora(rank: loraRank)
    }
    return plan
  }

  func run() throws {
    var documents = DocumentLoader(output)
    guard let model = documents.load(ComputeCostModel.self, cost) else {
      throw documents.failure()
    }
    let hardware = try hardwareProfile(for: model, &documents)
    var request = CostEstimate.Request(.largestBudget)
    let sizes = try imageSizes()
    if !sizes.isEmpty {
      request.input = .images(sizes)
    } else if let visionTokens {
      request.input = .tokens(visionTokens)
    } else if let tiles {
      request.input = .tiles(tiles)
    } else if let image = model.image {
      request.input = .images([image])
    }
    request.workload = workload(of: model)
    request.convention = convention(of: model)
    request.weights = dtype
    request.cache = kvDtype
    request.devices = devices
    request.utilization = Utilization(mfu: mfu, mbu: mbu)
    if pricePerHour != nil || priceInput != nil || priceOutput != nil {
      request.price = Prices(
        perDeviceHour: pricePerHour, perMillionInput: priceInput, perMillionOutput: priceOutput)
    }
    request.training = try trainingPlan()
    request.samples = samples
    do {
      let estimate = try model.estimate(request, on: hardware)
      Terminal.report(estimate.diagnostics, colour: output.colour)
      try output.write(text: estimate.text, json: estimate.json)
    } catch let invalid as InvalidDocument {
      documents.add(invalid)
      throw documents.failure()
    }
  }

  /// The accelerator asked for, or the cost model's own where the catalog has it.
  private func hardwareProfile(
    for model: ComputeCostModel, _ documents: inout DocumentLoader
  ) throws -> HardwareProfile? {
    guard let name = hardware ?? model.hardware else { return nil }
    let isFile = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let path = isFile ? name : "\(catalog)/hardware/\(name).yaml"
    do {
      return try HardwareProfile.load(path)
    } catch {
      if hardware == nil, error.isUnreadable {
        // The cost model's own is a convenience; its absence costs the latency only.
        Terminal.report(
          [
            Diagnostic(
              code: .hardwareNotFound, severity: .warning,
              message:
                "no profile of '\(printable(name))' at \(printable(path: path)): there is no "
                + "latency",
              suggestion: "name the folder with --catalog, or a profile with --hardware",
              file: model.file)
          ], colour: output.colour)
        return nil
      }
      documents.add(error)
      throw documents.failure()
    }
  }

  private func workload(of model: ComputeCostModel) -> Workload? {
    guard case .architecture(_, let own) = model.basis else { return nil }
    return Workload(
      images: image.count > 1 ? image.count : images ?? own.images,
      textTokens: textTokens ?? own.textTokens,
      outputTokens: outputTokens ?? own.outputTokens, batch: batch ?? own.batch)
  }

  private func convention(of model: ComputeCostModel) -> Convention {
    var convention = model.convention
    if let unit { convention.unit = unit }
    if let mlpMatrices { convention.mlpMatrices = mlpMatrices }
    if let attention { convention.attention = attention }
    if let lmHead { convention.head = lmHead }
    if let padding { convention.padding = padding }
    if let unusedLayers { convention.unusedLayers = unusedLayers }
    return convention
  }
}

extension Convention.Unit: ExpressibleByArgument {}
extension Convention.Attention: ExpressibleByArgument {}
extension Convention.Head: ExpressibleByArgument {}
extension Convention.Waste: ExpressibleByArgument {}
extension DataType: ExpressibleByArgument {}

extension Diagnostic.Code {
  /// The catalog has no profile of the cost model's hardware.
  static let hardwareNotFound = Self("hardware.not-found")
}
