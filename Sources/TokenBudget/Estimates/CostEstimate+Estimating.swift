import BudgetDocuments
import ComputeCosts
import SourceText

extension ComputeCostModel {
  /// What one request costs.
  ///
  /// - Parameters:
  ///   - request: What to estimate.
  ///   - hardware: The accelerator; `nil` where none is known.
  /// - Throws: ``SourceText/InvalidDocument`` where the model does not have what the request asks for.
  public func estimate(
    _ request: CostEstimate.Request, on hardware: HardwareProfile? = nil
  ) throws(InvalidDocument) -> CostEstimate {
    guard case .architecture(let model, let own) = basis else {
      throw InvalidDocument.refusal(
        .estimateNeedsArchitecture,
        "'\(id)' gives totals only: its request has no parts, phases or memory",
        file: file ?? id,
        suggestion: "give the architecture: 'vision', 'language', 'tokens' and 'workload'")
    }
    let workload = request.workload ?? own
    if request.training != nil, case .tokens = request.input {
      throw InvalidDocument.refusal(
        .trainingNeedsImages, "training is estimated on images: the encoder takes part in it",
        file: file ?? id,
        suggestion:
          "give \(parameter: .image) or \(parameter: .tiles) instead of \(parameter: .visionTokens)"
      )
    }
    let layouts = try layouts(for: request.input, model, images: workload.images)
    do {
      return try estimate(request, model, workload, layouts, hardware)
    } catch {
      throw InvalidDocument.refusal(
        .costOverflow, "a count passes 1.7e38, more than can be counted exactly",
        file: file ?? id, suggestion: "ask for fewer tokens, images or requests")
    }
  }

  private func estimate(
    _ request: CostEstimate.Request, _ model: VisionLanguageModel, _ workload: Workload,
    _ layouts: [ImageLayout], _ hardware: HardwareProfile?
  ) throws(CountOverflow) -> CostEstimate {
    let convention = request.convention ?? self.convention
    // What runs, whatever is counted.
    let running = Convention()
    /// The request's FLOPs by a convention, with its images and how many vision tokens they make.
    func cost(
      by convention: Convention
    ) throws(CountOverflow) -> (cost: RequestCost, images: CountedImages?, tokens: Int) {
      if case .tokens(let each) = request.input {
        let (tokens, overflow) = each.multipliedReportingOverflow(by: workload.images)
        guard !overflow else { throw CountOverflow() }
        return (
          try RequestCost(of: model, under: workload, images: .unknown, convention: convention),
          nil, tokens
        )
      }
      let images = try CountedImages(layouts, on: model, convention: convention)
      return (
        try RequestCost(
          of: model, under: workload, images: .counted(images), convention: convention),
        images, images.tokens
      )
    }
    let counted = try cost(by: convention)
    let visionTokens = counted.tokens
    let flops = try counted.cost.breakdown(at: visionTokens)
    let (longer, overflow) = visionTokens.addingReportingOverflow(
      layouts.isEmpty ? workload.images : layouts.count)
    guard !overflow else { throw CountOverflow() }
    let serving = try ServingCost(
      of: model, under: workload,
      cost: convention == running ? counted.cost : cost(by: running).cost, plan: request.plan,
      on: hardware?.accelerator, upTo: longer)
    let parameters = try model.parameters()
    let storage = request.plan.storage(of: model)
    let cache = serving.cache(at: visionTokens)
    let isCross = model.language.crossLayers > 0
    let memory = CostEstimate.Memory(
      weights: serving.weightBytes, cache: cache,
      cachePerToken: isCross ? 0 : serving.cache(at: longer) - cache)
    let latency = serving.latency(at: visionTokens)
    let prompt = serving.promptPositions(at: visionTokens)
    var joules: Double?
    if let latency, let watts = hardware?.accelerator.watts {
      joules = latency.total * watts * Double(request.devices)
    }
    var training: TrainingCost?
    if let plan = request.training, let images = counted.images {
      training = try model.trainingCost(
        on: images, sequence: workload.textTokens + workload.outputTokens, plan: plan,
        weights: request.weights, convention: convention)
      _ = try training?.checkedTotal(samples: request.samples)
    }
    return CostEstimate(
      model: self, request: request, workload: workload, convention: convention,
      layouts: layouts, visionTokens: visionTokens, promptTokens: prompt, flops: flops,
      encoder: try counted.images?.flops.encoder.times(workload.batch),
      marginalToken: isCross ? nil : try counted.cost.total.value(at: longer) - flops.total,
      settingCutsEncoder: try cutsEncoder(model), parameters: parameters, memory: memory,
      hardware: hardware, latency: latency,
      computeType: hardware?.accelerator.rate(forWeights: storage.layers)?.type, storage: storage,
      joules: joules,
      price: request.price?.amount(
        seconds: latency?.total, devices: request.devices, prompt: prompt,
        output: workload.outputTokens, batch: workload.batch),
      training: training,
      diagnostics: warnings
        + remarks(model, layouts, memory, hardware, hasLatency: latency != nil, request))
  }

  /// Whether a smaller setting of the processor lets the encoder compute less.
  private func cutsEncoder(_ model: VisionLanguageModel) throws(CountOverflow) -> Bool {
    guard case .processor(let budgets) = model.budget else { return false }
    func count(_ budget: ProcessorBudget) throws(CountOverflow) -> Int128 {
      try model.encoder.flops(of: [budget.layout], convention: convention).total()
    }
    let least = try count(budgets[0])
    for budget in budgets where try count(budget) != least { return true }
    return false
  }

  // MARK: Images

  private func layouts(
    for input: CostEstimate.VisionInput, _ model: VisionLanguageModel, images: Int
  ) throws(InvalidDocument) -> [ImageLayout] {
    switch input {
    case .tokens: return []
    case .images(let given):
      // What is given is counted once where the model's own request is a video.
      let sizes = video == nil ? try repeated(given, images) : given
      if let processor {
        var layouts: [ImageLayout] = []
        for size in sizes {
          do {
            layouts.append(try processor.rule.layout(of: size))
          } catch {
            throw InvalidDocument(unusable: error, family: processor.family.name)
          }
        }
        return layouts
      }
      throw InvalidDocument.refusal(
        .noProcessor, "'\(id)' does not say how an image becomes tokens",
        file: file ?? id,
        suggestion:
          "give 'vision.processor', or ask with \(parameter: .visionTokens) or \(parameter: .tiles, "1")"
      )
    case .tiles(let tiles):
      guard let layout = try tiling(tiles, model)?.layout else {
        throw InvalidDocument.refusal(
          .noSuchTiling, "the processor of '\(id)' makes no image of \(tiles) tiles",
          file: file ?? id,
          suggestion: Suggestion(
            "numbers of tiles: "
              + (tileCounts(model).isEmpty
                ? "this family has none"
                : tileCounts(model).map(String.init).joined(separator: ", ")))
        )
      }
      return try repeated(layout, images)
    case .largestBudget:
      switch model.budget {
      case .reduced(_, let layout): return try repeated(layout, images)
      case .processor(let budgets):
        return try repeated(budgets[budgets.count - 1].layout, images)
      }
    }
  }

  /// One value stands for every image of the request; several are the images themselves.
  private func repeated<Value>(
    _ values: [Value], _ images: Int
  ) throws(InvalidDocument) -> [Value] {
    values.count == 1 ? try repeated(values[0], images) : values
  }

  private func repeated<Value>(
    _ value: Value, _ images: Int
  ) throws(InvalidDocument) -> [Value] {
    guard images <= 10_000 else {
      throw InvalidDocument.refusal(
        .costOverflow, "\(grouped(images)) images of a request are more than are laid out",
        file: file ?? id, suggestion: "ask for 10,000 at most")
    }
    return Array(repeating: value, count: images)
  }

  /// What a number of tiles stands for.
  private struct Tiling {
    let layout: ImageLayout
    /// What a reader should know of it; `nil` where the number says all.
    let remark: (code: Diagnostic.Code, message: String)?
  }

  /// The layout of so many tiles, the thumbnail included. Encoder and connector depend on the number
  /// alone; where padding is cut off the tokens depend on the shape too, and the most are taken.
  private func tiling(
    _ tiles: Int, _ model: VisionLanguageModel
  ) throws(InvalidDocument) -> Tiling? {
    let known = knownLayouts(model)
    let layouts = known.filter { $0.tiles == tiles }
    guard let most = layouts.max(by: { $0.tokens < $1.tokens }) else {
      return proportional(to: tiles, known)
    }
    guard layouts.allSatisfy({ $0.inputs == most.inputs }) else {
      throw InvalidDocument.refusal(
        .noSuchTiling, "in this family the number of tiles does not decide what the encoder sees",
        file: file ?? id, suggestion: "give the size of the image: \(parameter: .image, "1280x720")"
      )
    }
    guard layouts.contains(where: { $0.tokens != most.tokens }) else {
      return Tiling(layout: most, remark: nil)
    }
    return Tiling(
      layout: most,
      remark: (
        .tilingAmbiguous,
        "images of \(tiles) tiles have up to \(tokensText(most.tokens)), by their shape: so many are "
          + "taken"
      ))
  }

  /// A number of tiles that no image gives, where every tile is like another.
  private func proportional(to tiles: Int, _ known: [ImageLayout]) -> Tiling? {
    guard let first = known.first, let tile = first.inputs.first, first.tiles > 0 else {
      return nil
    }
    let perTile = first.tokens / first.tiles
    let isUniform = known.allSatisfy { layout in
      layout.paddingInputs.isEmpty && layout.tokens == perTile * layout.tiles
        && layout.inputs.allSatisfy { $0.rows == tile.rows && $0.columns == tile.columns }
    }
    let (tokens, overflow) = perTile.multipliedReportingOverflow(by: tiles)
    guard isUniform, !overflow else { return nil }
    var layout = ImageLayout(
      tokens: tokens,
      inputs: [EncoderInput(count: tiles, rows: tile.rows, columns: tile.columns)])
    layout.extraTextTokens = first.extraTextTokens
    return Tiling(
      layout: layout,
      remark: (
        .tilingUnreachable,
        "under its settings the processor makes no image of \(tiles) tiles; they are counted all the "
          + "same"
      ))
  }

  private func tileCounts(_ model: VisionLanguageModel) -> [Int] {
    Set(knownLayouts(model).map(\.tiles)).sorted()
  }

  private func knownLayouts(_ model: VisionLanguageModel) -> [ImageLayout] {
    var layouts: [ImageLayout] = []
    switch model.budget {
    case .reduced(_, let layout): layouts = [layout]
    case .processor(let budgets): layouts = budgets.map(\.layout)
    }
    if let all = try? processor?.rule.budgets(for: nil) { layouts += all.map(\.layout) }
    return layouts
  }

  // MARK: Remarks

  private func remarks(
    _ model: VisionLanguageModel, _ layouts: [ImageLayout], _ memory: CostEstimate.Memory,
    _ hardware: HardwareProfile?, hasLatency: Bool, _ request: CostEstimate.Request
  ) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    let video = request.input.isOfImages || layouts.isEmpty ? nil : video
    let markers = layouts.reduce(video?.layout.extraTextTokens ?? 0) { $0 + $1.extraTextTokens }
    if markers > 0 {
      remarks.append(
        Diagnostic(
          code: .markerTokens, severity: .note,
          message:
            "the processor adds \(tokensText(markers)) of markers to the text of \(video == nil ? "these images" : "this video"); "
            + "text_tokens is taken to count them", file: file))
    }
    if case .tiles(let tiles) = request.input, let remark = try? tiling(tiles, model)?.remark {
      remarks.append(
        Diagnostic(code: remark.code, severity: .note, message: remark.message, file: file))
    }
    if let price = request.price, price.perDeviceHour != nil, !hasLatency {
      remarks.append(
        Diagnostic(
          code: .priceWithoutTime, severity: .warning,
          message: "a price by the hour needs a latency, and there is none",
          suggestion: "name the hardware: \(parameter: .hardware)", file: file))
    }
    if let hardware {
      let available = hardware.accelerator.memoryBytes * Double(request.devices)
      if Double(memory.total) > available {
        remarks.append(
          Diagnostic(
            code: .memoryExceeded, severity: .warning,
            message: "weights and cache take \(bytesText(memory.total)), and \(request.devices) x "
              + "\(hardware.id) have \(bytesText(Int128(available)))",
            suggestion:
              "store weights in fewer bits (\(parameter: .dtype)), or share them (\(parameter: .devices))",
            file: file))
      }
      if !hasLatency {
        remarks.append(
          Diagnostic(
            code: .noRate, severity: .warning,
            message:
              "\(hardware.id) has no rate for \(request.plan.storage(of: model).layers.rawValue) or a type that "
              + "stands in for it: there is no latency",
            suggestion: "give one in the hardware profile, or choose another \(parameter: .dtype)",
            file: file))
      }
    }
    return remarks
  }
}

extension CostEstimate.VisionInput {
  /// Whether sizes of images were given, whatever the model's own request has.
  var isOfImages: Bool {
    if case .images = self { true } else { false }
  }
}

extension Diagnostic.Code {
  /// FLOPs pass what can be counted exactly.
  public static let costOverflow = Self("cost.overflow")
  /// A cost model of totals has no parts to estimate.
  public static let estimateNeedsArchitecture = Self("cost.totals-only")
  /// No image of the processor has so many tiles.
  public static let noSuchTiling = Self("cost.no-such-tiling")
  /// The number of tiles does not decide the number of tokens.
  public static let tilingAmbiguous = Self("cost.tiling-ambiguous")
  /// No image of the processor has so many tiles, and they are counted all the same.
  public static let tilingUnreachable = Self("cost.tiling-unreachable")
  /// Training was asked for without images.
  public static let trainingNeedsImages = Self("cost.training-needs-images")
  /// A price by the hour without a latency.
  public static let priceWithoutTime = Self("cost.price-without-time")
  /// The processor adds marker tokens to the text.
  public static let markerTokens = Self("cost.marker-tokens")
  /// Weights and cache do not fit the accelerator.
  public static let memoryExceeded = Self("cost.memory-exceeded")
  /// The accelerator has no rate for the data type.
  public static let noRate = Self("cost.no-rate")
}
