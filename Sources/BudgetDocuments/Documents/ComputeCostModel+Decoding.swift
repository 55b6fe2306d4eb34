import BudgetSearch
import ComputeCosts
import SourceText

extension ComputeCostModel {
  public static func decode(_ root: Field) -> ComputeCostModel? {
    guard var reader = root.mapping(), let header = DocumentHeader.read(&reader, kind: kind)
    else { return nil }
    let source = reader.optional("source").flatMap(Source.decode)
    let name = reader.optional("model").flatMap(decodeModelName)
    // Asked first in either case, so that a misspelt 'flops' finds its name. One that stands alone
    // is reported alone: the keys of an architecture are then not missing.
    let flops = reader.optional("flops")
    let meantTotals =
      flops == nil
      && reader.keys.contains { nearestName(to: $0, among: ["flops"]) != nil }
      && !reader.keys.contains { ["vision", "language", "workload"].contains($0) }
    let model =
      flops != nil || meantTotals
      ? decodeTotals(flops, &reader, header) : decodeArchitecture(&reader, header)
    if source == nil, !root.sink.hasErrors {
      root.sink.warn(
        .costNoSource, "the cost model does not say where its numbers come from",
        at: nil, suggestion: "add 'source: { cite: … }'")
    }
    guard !root.sink.hasErrors, var model else { return nil }
    model.source = source
    model.modelName = name
    return model
  }

  private static func decodeModelName(_ field: Field) -> String? {
    guard var reader = field.mapping() else { return nil }
    let name = reader.required("name")?.text()
    reader.finish()
    return name
  }

  // MARK: From an architecture

  private static func decodeArchitecture(
    _ reader: inout MappingReader, _ header: DocumentHeader
  ) -> ComputeCostModel? {
    let suggestion: Suggestion =
      "give 'vision', 'language', 'tokens' and 'workload', or only 'flops'"
    let vision = reader.required("vision", suggestion: suggestion).flatMap(VisionPart.decode)
    let language = reader.required("language", suggestion: suggestion)
      .flatMap(LanguageModel.decode)
    let tokensField = reader.required("tokens", suggestion: suggestion)
    let tokens = tokensField.flatMap(decodeTokens)
    let workload = reader.required("workload", suggestion: suggestion).flatMap(decodeWorkload)
    let convention = reader.optional("convention").flatMap(Convention.decode)
    let storage = reader.optional("weights").flatMap(WeightStorage.decode)
    let idle = reader.optional("idle_parameters")?.integer(in: 0...1_000_000_000_000)
    let hardwareField = reader.optional("hardware")
    let hardware = hardwareField?.identifier()
    reader.finish()
    guard let vision, let language, let tokens, let workload else { return nil }
    var video: VideoWorkload?
    var budget: VisionLanguageModel.Budget?
    var request = workload.workload
    if let (asked, field) = workload.video {
      guard let part = vision.video else {
        field.report(
          .noProcessor, "nothing says how a video becomes tokens",
          suggestion: "give 'vision.video_processor', which importing writes where a video is given"
        )
        return nil
      }
      guard let found = part.budgets(for: asked, at: field) else { return nil }
      video = found.workload
      let layout = found.workload.layout
      budget =
        tokens.reduction.map { .reduced($0, from: layout.group) } ?? .processor(found.budgets)
      // What stands once for the video takes positions, and neither encoder nor connector.
      request = Workload(
        images: layout.groups, textTokens: request.textTokens + layout.separators,
        outputTokens: request.outputTokens, batch: request.batch)
    } else {
      budget = Self.budget(
        tokens.reduction, vision: vision, image: workload.image, field: tokens.reductionField)
    }
    guard let budget else { return nil }
    let model = VisionLanguageModel(
      encoder: vision.encoder, connector: vision.connector, language: language, budget: budget,
      storage: storage, idleParameters: idle ?? 0)
    var result = ComputeCostModel(
      id: header.id, title: header.title, basis: .architecture(model, request),
      lattice: tokens.lattice)
    result.processor = vision.processor
    result.image = workload.image
    result.video = video
    result.convention = convention ?? Convention()
    result.hardware = hardware
    result.hardwarePlace = hardwareField?.place
    if tokens.lattice == nil, case .processor(let budgets) = budget {
      result.lattice = result.lattice(of: budgets)
    }
    return result
  }

  /// The token counts of a processor's settings, without those that cost as much as a setting with
  /// more tokens, or more: where tiles are cut off or scaled down, some do.
  private func lattice(of budgets: [ProcessorBudget]) -> Lattice? {
    var counts = budgets.map(\.tokens)
    // Counts too large to hold are reported when they are asked for.
    if let cost = try? requestCost() {
      var least: Int128?
      counts = counts.reversed().filter { tokens in
        guard let total = try? cost.total.value(at: tokens) else { return true }
        if let least, total >= least { return false }
        least = total
        return true
      }
    }
    // One budget at least, each of one token or more.
    return try? Lattice(.list(counts))
  }

  /// What a choice of n changes: a processor's setting, or how many of an image's tokens are kept.
  private static func budget(
    _ reduction: TokenReduction?, vision: VisionPart, image: ImageSize?, field: Field
  ) -> VisionLanguageModel.Budget? {
    guard let processor = vision.processor else {
      guard let reduction else {
        field.report(
          .noProcessor,
          "\(field.name) leaves the count to the processor, but 'vision.processor' is not given")
        return nil
      }
      guard let fixed = vision.fixedLayout else {
        field.report(
          .noProcessor, "nothing says what the encoder sees",
          suggestion: "give 'vision.encoder.image', the side of its square image in pixels, or "
            + "'vision.processor'")
        return nil
      }
      return .reduced(reduction, from: fixed)
    }
    do {
      let budgets = try processor.rule.budgets(for: image)
      guard let reduction else { return .processor(budgets) }
      if let image { return .reduced(reduction, from: try processor.rule.layout(of: image)) }
      guard budgets.count == 1 else {
        field.report(
          .noProcessor,
          "what the encoder of \(processor.family.name) sees depends on the image's size",
          suggestion: "give it: 'workload: { image: 1024x1024, … }'")
        return nil
      }
      return .reduced(reduction, from: budgets[0].layout)
    } catch {
      field.report(
        .unusableImage,
        "the processor of \(processor.family.name) refuses an image of \(error.image) pixels: "
          + error.reason)
      return nil
    }
  }

  private static func decodeTokens(
    _ field: Field
  ) -> (lattice: Lattice?, reduction: TokenReduction?, reductionField: Field)? {
    guard var reader = field.mapping() else { return nil }
    let lattice = reader.optional("lattice").flatMap(Lattice.decode)
    let reduce = reader.required("reduce")
    let word = reduce?.word(among: TokenReduction.allCases.map(\.rawValue) + ["processor"])
    reader.finish()
    guard let word, let reduce else { return nil }
    return (lattice, TokenReduction(rawValue: word), reduce)
  }

  private static func decodeWorkload(
    _ field: Field
  ) -> (workload: Workload, image: ImageSize?, video: (Video, Field)?)? {
    guard var reader = field.mapping() else { return nil }
    let most = 1_000_000_000
    let videoField = reader.optional("video")
    let video = videoField.flatMap(Video.decode)
    // A video stands for its groups of frames, which are counted later.
    let images =
      videoField == nil ? reader.required("images")?.integer(in: 1...most) : 1
    let imageField = videoField == nil ? reader.optional("image") : nil
    let image = imageField.flatMap(imageSize)
    let text = reader.required("text_tokens")?.integer(in: 0...most)
    let output = reader.required("output_tokens")?.integer(in: 1...most)
    let batch = reader.required("batch")?.integer(in: 1...most)
    let note = "and 'video' exclude each other: a request has images or a video"
    reader.finish(unavailable: videoField == nil ? [:] : ["images": note, "image": note])
    guard let images, let text, let output, let batch, imageField == nil || image != nil,
      videoField == nil || video != nil
    else { return nil }
    let workload = Workload(images: images, textTokens: text, outputTokens: output, batch: batch)
    return (workload, image, video.flatMap { video in videoField.map { (video, $0) } })
  }

  static func imageSize(_ field: Field) -> ImageSize? {
    guard let text = field.text() else { return nil }
    guard let size = ImageSize(text) else {
      field.report(
        .imageSizeMalformed,
        "\(field.name) must be WIDTHxHEIGHT in pixels, each from 1 to \(ImageSize.longestSide), "
          + "found \(quoted(text))", suggestion: "for example '1280x720'")
      return nil
    }
    return size
  }

  // MARK: From totals

  private static func decodeTotals(
    _ flops: Field?, _ reader: inout MappingReader, _ header: DocumentHeader
  ) -> ComputeCostModel? {
    let total = flops.flatMap(decodeTotals)
    var lattice: Lattice?
    if var tokens = reader.optional("tokens")?.mapping() {
      lattice = tokens.optional("lattice").flatMap(Lattice.decode)
      tokens.finish(
        unavailable: ["reduce": "has no meaning beside 'flops', which already counts the connector"]
      )
    }
    let billions = reader.optional("parameters_billions")?.number(.within(1e-6...1e6))
    let note = "and 'flops' exclude each other: the total is either given or computed"
    reader.finish(
      unavailable: ["vision": note, "language": note],
      unused: [
        "hardware": "is not used beside 'flops', which tell nothing of the phases of a request",
        "workload": "is not used beside 'flops', which is the total of a request",
        "weights": "is not used beside 'flops', which tell nothing of weights",
        "convention": "is not used beside 'flops', which are counted already",
      ])
    return total.map {
      var model = ComputeCostModel(
        id: header.id, title: header.title, basis: .totals($0), lattice: lattice)
      model.parametersBillions = billions
      return model
    }
  }

  private static func decodeTotals(_ field: Field) -> TokenPolynomial? {
    guard var reader = field.mapping() else { return nil }
    let fixed = count(&reader, "fixed")
    let perToken = count(&reader, "per_token")
    let squared = count(&reader, "per_token_squared")
    reader.finish()
    guard let fixed, let perToken, let squared else { return nil }
    guard fixed > 0 || perToken > 0 || squared > 0 else {
      field.report(
        .costZero, "a request that costs nothing has no score per FLOP: all coefficients are 0")
      return nil
    }
    return TokenPolynomial(fixed: fixed, perToken: perToken, perTokenSquared: squared)
  }

  /// A coefficient: a bare count of FLOPs, as the key says, or one with its unit.
  private static func count(_ reader: inout MappingReader, _ key: String) -> Int128? {
    guard let field = reader.required(key) else { return nil }
    if case .scalar(let scalar) = field.node.content, scalar.kind == .string,
      scalar.text.contains(where: \.isLetter)
    {
      guard let quantity = field.quantity(Units.compute, insteadOf: Units.all) else { return nil }
      guard
        let value = quantity.decimal.scaledInteger(
          multiplier: quantity.unit.multiplier, powerOfTen: quantity.unit.powerOfTen,
          rounding: .exact)
      else {
        field.report(.notWhole, "\(field.name) must be a whole number of FLOP that fits 127 bits")
        return nil
      }
      guard value >= 0 else {
        field.report(.outOfRange, "\(field.name) must be at least 0, found \(field.node.summary)")
        return nil
      }
      return value
    }
    return field.integer(in: 0...Int128.max)
  }
}

extension ImageSize {
  /// A size as it is written: `1280x720`.
  public init?(_ text: String) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ part in
        (1...10).contains(part.utf8.count) && part.utf8.allSatisfy { 0x30...0x39 ~= $0 }
      }), let width = Int(parts[0]), let height = Int(parts[1])
    else { return nil }
    self.init(width: width, height: height)
  }
}

extension WeightStorage {
  /// Reads a `weights` mapping: one type for all parts, or one for each.
  static func decode(_ field: Field) -> WeightStorage? {
    let types = DataType.allCases.map(\.rawValue)
    if case .scalar = field.node.content {
      return field.word(among: types).flatMap(DataType.init).map { WeightStorage($0) }
    }
    guard var reader = field.mapping() else { return nil }
    var storage = WeightStorage(.bf16)
    var isComplete = true
    for (name, part) in parts {
      if let type = reader.required(name)?.word(among: types).flatMap(DataType.init) {
        storage[keyPath: part] = type
      } else {
        isComplete = false
      }
    }
    reader.finish()
    return isComplete ? storage : nil
  }
}

extension Convention {
  /// Reads a `convention` mapping; what it leaves out is the default.
  static func decode(_ field: Field) -> Convention? {
    guard var reader = field.mapping() else { return nil }
    func word(_ key: String, _ words: [String]) -> String? {
      reader.optional(key)?.word(among: words)
    }
    var convention = Convention()
    if let unit = word("unit", Unit.allCases.map(\.rawValue)).flatMap(Unit.init) {
      convention.unit = unit
    }
    convention.mlpMatrices = reader.optional("mlp_matrices")?.integer(in: 2...3)
    if let attention = word("attention", Attention.allCases.map(\.rawValue))
      .flatMap(Attention.init)
    {
      convention.attention = attention
    }
    if let head = word("lm_head", Head.allCases.map(\.rawValue)).flatMap(Head.init) {
      convention.head = head
    }
    if let padding = word("padding", Waste.allCases.map(\.rawValue)).flatMap(Waste.init) {
      convention.padding = padding
    }
    if let unused = word("unused_layers", Waste.allCases.map(\.rawValue)).flatMap(Waste.init) {
      convention.unusedLayers = unused
    }
    reader.finish()
    return convention
  }
}

extension Diagnostic.Code {
  /// A processor refuses an image.
  public static let unusableImage = Self("tokens.unusable-image")
  /// A cost model does not say where its numbers come from.
  public static let costNoSource = Self("cost.no-source")
  /// The vision family has no closed form here.
  public static let unsupportedFamily = Self("cost.unsupported-family")
  /// Attention heads do not divide what they share.
  public static let headsNotDividing = Self("cost.heads-not-dividing")
  /// The image holds no patch.
  public static let imageSmallerThanPatch = Self("cost.image-smaller-than-patch")
  /// All coefficients of a cost are 0.
  public static let costZero = Self("cost.zero")
  /// Nothing says what the encoder sees.
  public static let noProcessor = Self("cost.no-processor")
  /// Parts of an architecture contradict each other.
  public static let architectureInconsistent = Self("cost.inconsistent")
  /// An image size is malformed.
  public static let imageSizeMalformed = Self("cost.image-size")
}
