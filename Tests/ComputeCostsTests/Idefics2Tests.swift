import BudgetDocuments
import ComputeCosts
import TestSupport
import Testing

/// The family that came last; `docs/adding-a-model.md` shows it as the example.
@Suite struct Idefics2Tests {
  private func model() throws -> VisionLanguageModel {
    let imported = try FLOPRecords("siblings.json").imported("idefics2-8b")
    guard case .architecture(let model, _) = imported.basis else { throw CountOverflow() }
    return model
  }

  /// The resampler product by product, against the closed form: an image of s patches, q queries,
  /// three layers.
  @Test func theResamplerCostsTheSumOfItsProducts() throws {
    let model = try model()
    let patches = 27 * 36
    let layout = ImageLayout(tokens: 64, inputs: [EncoderInput(rows: 27, columns: 36)])
    var products: [(rows: Int, inner: Int, columns: Int)] = []
    // The gated MLP from the encoder's width to the language model's.
    products += [(patches, 1152, 14336), (patches, 1152, 14336), (patches, 14336, 4096)]
    for _ in 0..<3 {
      products.append((64, 4096, 16 * 96))  // queries
      products += [(patches + 64, 4096, 4 * 96), (patches + 64, 4096, 4 * 96)]  // keys, values
      for _ in 0..<16 {
        products += [(64, 96, patches + 64), (64, patches + 64, 96)]  // scores, values
      }
      products.append((64, 16 * 96, 4096))  // output
      products += [(64, 4096, 16384), (64, 4096, 16384), (64, 16384, 4096)]  // gated MLP
    }
    let expected = products.reduce(Int128(0)) {
      $0 + 2 * Int128($1.rows) * Int128($1.inner) * Int128($1.columns)
    }
    #expect(try model.visionFLOPs(of: [layout]).connector == expected)
  }

  /// Counted independently for 378 x 504 beside 980 x 735: both run at 980 x 735, 3640 patches.
  @Test func everyImageRunsAtTheSizeOfTheLargest() throws {
    let small = ImageLayout(tokens: 64, inputs: [EncoderInput(rows: 27, columns: 36)])
    let large = ImageLayout(tokens: 64, inputs: [EncoderInput(rows: 70, columns: 52)])
    let counts = try model().visionFLOPs(of: [small, large])
    #expect(try counts.encoder.total() == 9_291_973_017_600)
    #expect(counts.connector == 1_648_728_473_600)
  }

  @Test(arguments: [
    // Quarters and the image, each within 378 … 980 pixels, all at the size of the largest.
    (640, 480, true, 320, 5, 1530), (1920, 1080, true, 320, 5, 2730),
    (640, 480, false, 64, 1, 1530),
  ])
  func imagesBecomeLatents(
    width: Int, height: Int, isSplit: Bool, tokens: Int, inputs: Int, patches: Int
  ) throws {
    let image = try #require(ImageSize(width: width, height: height))
    let count = try TokenCount(
      family: "idefics2", assignments: ["do_image_splitting=\(isSplit)"], images: [image])
    #expect(count.tokens == tokens)
    #expect(count.layouts[0].tiles == inputs)
    #expect(count.layouts[0].inputs.allSatisfy { $0.patches == patches })
  }
}
