import Testing

@testable import ComputeCosts

/// Latent attention against sums over positions, one by one.
@Suite struct LatentAttentionTests {
  /// Sizes that make a pair of positions odd, and even ones.
  private static let forms = [
    LatentAttention(
      heads: 3, queryRank: 20, keyValueRank: 12, plainDim: 9, rotaryDim: 4, valueDim: 6),
    LatentAttention(
      heads: 4, queryRank: nil, keyValueRank: 16, plainDim: 8, rotaryDim: 6, valueDim: 10),
  ]

  private func language(_ form: LatentAttention, layers: Int) -> LanguageModel {
    LanguageModel(
      layers: layers, hidden: 40, heads: form.heads, kvHeads: form.heads, headDim: 13,
      intermediate: 56, vocabulary: 100,
      mixers: [MixerLayers(layers: layers, mixer: .latentAttention(form))])
  }

  /// Pairs that a causal mask leaves cost an odd number of operations each: n² and n have halves as coefficients.
  @Test(arguments: forms)
  func everyConventionIsASumOverPositions(form: LatentAttention) throws {
    for unit in Convention.Unit.allCases {
      for attention in Convention.Attention.allCases {
        for (layers, images) in [(1, 1), (3, 2), (2, 3)] {
          var convention = Convention()
          (convention.unit, convention.attention) = (unit, attention)
          let model = llava(language: language(form, layers: layers))
          for (tokens, text) in [(0, 1), (5, 2), (7, 3), (64, 9)] {
            let workload = Workload(images: images, textTokens: text, outputTokens: 4, batch: 3)
            let parts = try #require(
              try RequestCost(
                of: model, under: workload, images: .budget, convention: convention
              ).breakdown(at: tokens).parts)
            let prompt = images * tokens + text
            let operations = unit == .flop ? 2 : 1
            let pairs = (1...prompt).reduce(0) { $0 + (attention == .causal ? $1 : prompt) }
            let expanded = form.heads * (form.plainDim + form.rotaryDim + form.valueDim)
            #expect(
              parts.prefillAttention == Int128(3 * layers * operations * pairs * expanded))
            let absorbed = form.heads * (2 * form.keyValueRank + form.rotaryDim)
            #expect(
              parts.decodeStepAttention == Int128(3 * layers * operations * (prompt + 1) * absorbed)
            )
            let steps = (1...3).reduce(0) { $0 + (prompt + $1) * absorbed * layers }
            #expect(
              parts.decode == 3 * (parts.decodeStepLinear + parts.lmHeadLast)
                + Int128(3 * operations * steps))
          }
        }
      }
    }
  }

  @Test(arguments: forms)
  func weightsAreThoseOfEveryMatrix(form: LatentAttention) throws {
    let queries = form.heads * (form.plainDim + form.rotaryDim)
    let matrices =
      (form.queryRank.map { [(40, $0), ($0, queries)] } ?? [(40, queries)]) + [
        (40, form.keyValueRank + form.rotaryDim),
        (form.keyValueRank, form.heads * (form.plainDim + form.valueDim)),
        (form.heads * form.valueDim, 40),
      ]
    #expect(try form.weights(hidden: 40) == Int128(matrices.reduce(0) { $0 + $1.0 * $1.1 }))
    #expect(try form.adapterWidths(hidden: 40) == Int128(matrices.reduce(0) { $0 + $1.0 + $1.1 }))
  }

  /// One latent and one rotary key a position, whatever the heads; each step reads all before it, and its own.
  @Test(arguments: forms)
  func theCacheHoldsLatents(form: LatentAttention) throws {
    let width = Int128(form.keyValueRank + form.rotaryDim)
    #expect(try form.cached(positions: 100) == 100 * width)
    #expect(try form.cacheReads(prompt: 10, steps: 3) == (11 + 12 + 13) * width)
    #expect(
      try language(form, layers: 3).cacheBytes(positions: 7, states: 0, batch: 2, storedAs: .bf16)
        == 7 * 3 * 2 * 2 * width)
  }

  /// A polynomial with halves, under everything that is done to one.
  @Test func halvesOfPairsStayWhole() throws {
    for pair: Int128 in [1, 2, 7, 1 << 70 | 1] {
      let pairs = TokenPolynomial(pairs: pair)
      for n in [0, 1, 2, 9, 1000] {
        let count = Int128(n) * Int128(n + 1) / 2
        #expect(try pairs.value(at: n) == pair * count)
        for factor: Int128 in [0, 1, 2, 3, 5] {
          #expect(try pairs.times(factor).value(at: n) == pair * count * factor)
        }
        #expect(try pairs.plus(pairs).value(at: n) == 2 * pair * count)
        for (slope, offset) in [(1, 0), (2, 5), (3, 4), (4, 1), (5, 2)] as [(Int128, Int128)] {
          let length = slope * Int128(n) + offset
          #expect(
            try pairs.composed(slope: slope, offset: offset).value(at: n)
              == pair * (length * (length + 1) / 2))
        }
      }
    }
  }
}
