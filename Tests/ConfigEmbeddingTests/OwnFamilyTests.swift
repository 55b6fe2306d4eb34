import ComputeCosts
import ConfigEmbedding
import SourceText
import Testing

/// A family of an app's own takes part as a published one does.
@Suite struct OwnFamilyTests {
  private let family = ModelFamily(
    name: "tiny-vl", budget: .pixels(most: "max_pixels", least: "min_pixels"),
    settings: [
      Setting("factor", .count(2...64), or: .value(.count(20))),
      Setting("max_pixels", .count(400...1_048_576), or: .value(.count(160_000))),
      Setting("min_pixels", .count(400...1_048_576), or: .value(.count(400))),
    ],
    rule: { values in
      guard values.count("min_pixels") <= values.count("max_pixels") else {
        return .failure(SettingConflict("min_pixels", "min_pixels is above max_pixels"))
      }
      return .success(
        GridTokens(
          patch: values.count("factor"), merge: 1, minPixels: values.count("min_pixels"),
          maxPixels: values.count("max_pixels")))
    })

  private func rule(minPixels: Int) -> Result<any TokenRule, SettingConflict> {
    var values = SettingValues()
    values["factor"] = .count(20)
    values["max_pixels"] = .count(160_000)
    values["min_pixels"] = .count(minPixels)
    return family.tokenRule(values)
  }

  @Test func itHasARule() throws {
    let image = try #require(ImageSize(width: 200, height: 100))
    #expect(try rule(minPixels: 400).get().layout(of: image).tokens == 50)
    guard case .failure(let conflict) = rule(minPixels: 200_000) else {
      Issue.record("no conflict")
      return
    }
    #expect(conflict.message == "min_pixels is above max_pixels")
    #expect(family.isHosted && !family.hasArchitecture && ModelFamily.named("tiny-vl") == nil)
  }

  /// A budget of n tokens is n cells of 20 × 20 pixels, in the trainer's key as in the server's.
  @Test func aBudgetIsEmbeddedForIt() throws {
    for (framework, text, key) in [
      (
        "llama-factory", "model_name_or_path: my-team/tiny\nimage_max_pixels: 1\n",
        "image_max_pixels: 40000"
      ),
      ("vllm", "model: my-team/tiny\nmm-processor-kwargs:\n  max_pixels: 1\n", "max_pixels: 40000"),
    ] {
      let config = try TrainingConfig(
        SourceFile(name: "c.yaml", text: text), framework: framework, family: family)
      #expect(config.familySource == .given && config.family?.name == "tiny-vl")
      let embedding = try config.embedding(tokens: 100)
      #expect(embedding.text.contains(key), "\(framework): \(embedding.text)")
      #expect(embedding.tokens == 100)
    }
  }

  /// A key that names another family's model is remarked on, and the given family is taken.
  @Test func anotherModelIsRemarkedOn() throws {
    let text = "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\nimage_max_pixels: 40000\n"
    let config = try TrainingConfig(
      SourceFile(name: "c.yaml", text: text), framework: "llama-factory", family: family)
    #expect(config.diagnostics.map(\.code) == [.embedFamilyDiffers])
    #expect(config.budget?.tokens == 100)
  }
}
