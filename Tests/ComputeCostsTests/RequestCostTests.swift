import ComputeCosts
import SeededRandom
import Testing

/// A request's FLOPs product by product, as it runs: the slow way that the polynomials must equal.
private func stepByStep(
  _ model: VisionLanguageModel, layouts: [ImageLayout], kept: Int?, _ workload: Workload,
  _ convention: Convention
) -> Int128 {
  let language = model.language
  let unit: Int128 = convention.unit == .flop ? 2 : 1
  let matrices = Int128(convention.mlpMatrices ?? 3)
  let d = Int128(language.hidden)
  let q = Int128(language.heads * language.headDim)
  let k = Int128(language.kvHeads * language.headDim)
  let f = Int128(language.intermediate)
  let tokens = kept.map { $0 * layouts.count } ?? layouts.reduce(0) { $0 + $1.tokens }
  let isCross = language.crossLayers > 0
  let prompt = workload.textTokens + (isCross ? 0 : tokens)
  let states = isCross ? Int128(tokens) : 0
  var macs: Int128 = 0

  func seen(_ position: Int, _ layer: Int) -> Int128 {
    // Layers in the order: full, sliding, cross.
    guard let sliding = language.sliding, layer >= language.fullLayers else {
      return Int128(position)
    }
    return Int128(min(position, sliding.window))
  }
  for layer in 0..<language.layers {
    let crosses = layer >= language.layers - language.crossLayers
    if crosses, states == 0 { continue }
    let mlp: Int128
    if let experts = language.experts, layer >= experts.denseLayers {
      mlp =
        matrices * d * Int128(experts.intermediate * experts.active + experts.sharedIntermediate)
        + d * Int128(experts.experts)
    } else {
      mlp = matrices * d * f
    }
    let weights = 2 * d * q + mlp + (crosses ? 0 : 2 * d * k)
    macs += Int128(prompt) * weights
    if crosses {
      macs += states * 2 * d * k + 2 * q * Int128(prompt) * states
    } else {
      for position in 1...max(1, prompt) where position <= prompt {
        macs += 2 * q * (convention.attention == .full ? Int128(prompt) : seen(position, layer))
      }
    }
    for step in 0..<(workload.outputTokens - 1) {
      macs += weights + 2 * q * (crosses ? states : seen(prompt + step + 1, layer))
    }
  }
  let head = d * Int128(language.vocabulary)
  macs += head * Int128(convention.head == .last ? 1 : prompt)
  macs += head * Int128(workload.outputTokens - 1)

  for layout in layouts {
    for input in layout.inputs {
      let length = Int128(input.rows * input.columns + (model.encoder.classToken ? 1 : 0))
      let width = Int128(model.encoder.hidden)
      var one: Int128 = 0
      let layers =
        model.encoder.layers
        - (convention.unusedLayers == .excluded ? model.encoder.unusedLayers : 0)
      for _ in 0..<layers {
        one += length * (4 * width * width + 2 * width * Int128(model.encoder.intermediate))
        one += 2 * length * length * width
      }
      one += Int128(input.patches * 3 * model.encoder.patch * model.encoder.patch) * width
      macs += one * Int128(input.count)
    }
    let carried = Int128(
      kept ?? layout.inputs.reduce(0) { $0 + $1.count * $1.rows * $1.columns })
    macs += carried * (Int128(model.encoder.hidden) * d + d * d)
  }
  return macs * unit * Int128(workload.batch)
}

@Suite struct RequestCostTests {
  private static let seed: UInt64 = 0xC057

  private static func convention(_ random: inout SeededRandom) -> Convention {
    var convention = Convention()
    convention.unit = Bool.random(using: &random) ? .flop : .mac
    convention.mlpMatrices = [nil, 2, 3].randomElement(using: &random) ?? nil
    convention.attention = Bool.random(using: &random) ? .full : .causal
    convention.head = Bool.random(using: &random) ? .last : .all
    convention.unusedLayers = Bool.random(using: &random) ? .counted : .excluded
    convention.padding = .excluded
    return convention
  }

  /// Random models with windows, experts and cross-attention, random requests and conventions.
  @Test func polynomialsEqualTheSumOfAllProducts() throws {
    var random = SeededRandom(seed: Self.seed)
    var compared = (reduced: 0, processor: 0, sliding: 0, filling: 0)
    for round in 0..<400 {
      let cross = Int.random(in: 0..<4, using: &random) == 0 ? 2 : 0
      let sliding =
        Bool.random(using: &random)
        ? SlidingWindow(
          window: Int.random(in: 1...60, using: &random),
          layers: Int.random(in: 1...(6 - cross), using: &random)) : nil
      let experts =
        cross == 0 && Bool.random(using: &random)
        ? MixtureOfExperts(
          experts: 8, active: 3, intermediate: 40, sharedIntermediate: 24,
          denseLayers: Int.random(in: 0...6, using: &random)) : nil
      let language = small(sliding: sliding, crossLayers: cross, experts: experts)
      let layouts = (1...4).map { index in
        ImageLayout(
          tokens: 12 * index, inputs: [EncoderInput(count: index, rows: 3, columns: 4)])
      }
      let isProcessor = Bool.random(using: &random)
      let model = llava(
        budget: isProcessor
          ? .processor(layouts.map { ProcessorBudget(setting: nil, layout: $0) })
          : .reduced(.beforeConnector, from: layouts[1]), language: language)
      let workload = Workload(
        images: Int.random(in: 1...3, using: &random),
        textTokens: Int.random(in: 0...30, using: &random),
        outputTokens: Int.random(in: 1...40, using: &random),
        batch: Int.random(in: 1...3, using: &random))
      let convention = Self.convention(&random)
      let cost = try RequestCost(of: model, under: workload, convention: convention)
      for _ in 0..<4 {
        let layout = layouts[isProcessor ? Int.random(in: 0..<4, using: &random) : 1]
        let n = isProcessor ? layout.tokens : Int.random(in: 1...70, using: &random)
        let images = Array(repeating: layout, count: workload.images)
        let expected = stepByStep(
          model, layouts: images, kept: isProcessor ? nil : n, workload, convention)
        let breakdown = try cost.breakdown(at: n)
        #expect(breakdown.total == expected, "seed \(Self.seed), round \(round), n = \(n)")
        let parts = try #require(breakdown.parts)
        let sum =
          try #require(parts.visionEncoder) + #require(parts.connector) + parts.prefill
          + parts.lmHead + parts.decode
        #expect(sum == breakdown.total)
        if isProcessor {
          let direct = try model.breakdown(of: images, under: workload, convention: convention)
          #expect(direct == breakdown, "seed \(Self.seed), round \(round), n = \(n)")
          compared.processor += 1
        } else {
          compared.reduced += 1
        }
        if let sliding {
          compared.sliding += 1
          let prompt = workload.textTokens + (cross > 0 ? 0 : workload.images * n)
          if prompt < sliding.window, prompt + workload.outputTokens > sliding.window {
            compared.filling += 1
          }
        }
      }
    }
    #expect(compared.reduced > 500 && compared.processor > 500)
    #expect(compared.sliding > 500 && compared.filling > 50)
  }

  @Test func costsNeverFallWithTokens() throws {
    let model = llava(
      language: small(sliding: SlidingWindow(window: 50, layers: 5)))
    for outputTokens in [1, 2, 30, 49, 50, 51, 200] {
      let cost = try RequestCost(
        of: model,
        under: Workload(images: 2, textTokens: 3, outputTokens: outputTokens, batch: 1))
      var last: Int128 = 0
      for n in 0...200 {
        let total = try cost.total.value(at: n)
        #expect(total > last, "n = \(n), \(outputTokens) out")
        last = total
      }
    }
  }

  @Test func reducingAfterTheConnectorPaysForEveryPatch() throws {
    let workload = Workload(images: 2, textTokens: 1, outputTokens: 1, batch: 3)
    let layout = ImageLayout(tokens: 576, inputs: [EncoderInput(rows: 24, columns: 24)])
    let before = try RequestCost(of: llava(), under: workload)
    let after = try RequestCost(
      of: llava(budget: .reduced(.afterConnector, from: layout)), under: workload)
    let few = try #require(try after.breakdown(at: 1).parts)
    let all = try #require(try before.breakdown(at: 576).parts)
    #expect(few.connector == all.connector)
  }

  @Test func betweenBudgetsTheEncoderIsPaidForAsAtTheLargerOne() throws {
    let budgets = [4, 16].map { tokens in
      ProcessorBudget(
        setting: "k: \(tokens)",
        layout: ImageLayout(
          tokens: tokens, inputs: [EncoderInput(count: tokens, rows: 1, columns: 1)]))
    }
    let cost = try RequestCost(
      of: llava(budget: .processor(budgets)),
      under: Workload(images: 1, textTokens: 0, outputTokens: 1, batch: 1))
    let encoder = try #require(cost.parts?.visionEncoder)
    #expect(encoder.starts == [0, 5])
    #expect(try encoder.value(at: 5) == encoder.value(at: 16))
    #expect(try encoder.value(at: 4) * 4 == encoder.value(at: 16))
    #expect(try encoder.value(at: 17) == encoder.value(at: 16))
  }

  @Test func totalsAloneHaveNoParts() throws {
    let cost = RequestCost(total: TokenPolynomial(fixed: 7, perToken: 5, perTokenSquared: 1))
    let breakdown = try cost.breakdown(at: 10)
    #expect(breakdown.parts == nil && cost.convention == nil)
    #expect(breakdown.total == 157)
  }
}

@Suite struct ConventionTests {
  /// Li et al. write 4nd² + 2n²d + 2ndm a layer; the design's figures are for n = 622.
  @Test func aPapersNumberIsReproducedUnderItsConvention() throws {
    let workload = Workload(images: 1, textTokens: 46, outputTokens: 1, batch: 1)
    func layers(_ convention: Convention) throws -> Int128 {
      let breakdown = try llava().languageBreakdown(
        visionTokens: 576, under: workload, convention: convention)
      return try #require(breakdown.parts).prefill
    }
    let ours = try layers(Convention())
    var paper = Convention()
    paper.unit = .mac
    paper.mlpMatrices = 2
    let n: Int128 = 622
    let d: Int128 = 4096
    let m: Int128 = 11008
    #expect(try layers(paper) == 32 * (4 * n * d * d + 2 * n * n * d + 2 * n * d * m))
    #expect((Double(ours) / 1e12 - 8.26).magnitude < 0.005)
    #expect((Double(try layers(paper)) / 1e12 - 3.23).magnitude < 0.005)
  }

  @Test func macsAreHalfOfFLOPs() throws {
    var macs = Convention()
    macs.unit = .mac
    for attention in Convention.Attention.allCases {
      var flops = Convention()
      flops.attention = attention
      macs.attention = attention
      let workload = Workload(images: 1, textTokens: 7, outputTokens: 9, batch: 2)
      let model = llava(language: small(sliding: SlidingWindow(window: 11, layers: 3)))
      let two = try RequestCost(of: model, under: workload, convention: flops)
      let one = try RequestCost(of: model, under: workload, convention: macs)
      for n in [1, 3, 4, 100] {
        #expect(try two.total.value(at: n) == 2 * one.total.value(at: n))
      }
    }
  }

  @Test func unusedLayersAndPaddingCanBeLeftOut() throws {
    let encoder = llava().encoder
    var layout = ImageLayout(tokens: 576, inputs: [EncoderInput(rows: 24, columns: 24)])
    layout.paddingInputs = [EncoderInput(count: 3, rows: 24, columns: 24)]
    let all = try encoder.flops(of: [layout])
    var convention = Convention()
    convention.padding = .excluded
    let unpadded = try encoder.flops(of: [layout], convention: convention)
    #expect(try all.total() == unpadded.total() * 4)
    convention.unusedLayers = .excluded
    let used = try encoder.flops(of: [layout], convention: convention)
    #expect(used.linear * 24 == unpadded.linear * 23)
    #expect(used.convolution == unpadded.convolution)
  }
}

@Suite struct ArithmeticTests {
  @Test func totalsBeyondInt64AreExact() throws {
    let total = TokenPolynomial(fixed: 1, perToken: 2, perTokenSquared: 3)
    #expect(
      try total.value(at: 4_000_000_000_000_000_000)
        == 48_000_000_000_000_000_008_000_000_000_000_000_001)
  }

  @Test func overflowIsAnErrorAndNeverWraps() throws {
    let total = TokenPolynomial(perTokenSquared: 1 << 100)
    #expect(try total.value(at: 1 << 13) == 1 << 126)
    #expect(throws: CountOverflow.self) { try total.value(at: 1 << 14) }
    let most = largestSize
    let model = llava(
      language: LanguageModel(
        layers: most, hidden: most, heads: most, kvHeads: most, headDim: most, intermediate: most,
        vocabulary: most))
    let workload = Workload(
      images: 1_000_000_000, textTokens: 1_000_000_000, outputTokens: 1_000_000_000,
      batch: 1_000_000_000)
    #expect(throws: CountOverflow.self) { try RequestCost(of: model, under: workload) }
    #expect(throws: CountOverflow.self) {
      try model.languageBreakdown(visionTokens: Int.max, under: workload)
    }
  }
}
