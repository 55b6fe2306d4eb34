import ComputeCosts
import Testing

@Suite struct ModelNameTests {
  static let names: [(text: String, words: [String], billions: Double?)] = [
    ("Qwen/Qwen2.5-VL-7B-Instruct", ["qwen", "2.5", "vl"], 7.0),
    ("qwen2.5-vl-7b", ["qwen", "2.5", "vl"], 7),
    ("Qwen3-VL 30B-A3B, mixture of experts", ["qwen", "3", "vl"], 30),
    ("LLaVA-1.5-7B (CLIP ViT-L/14-336, two-layer MLP, Vicuna-7B)", ["llava", "1.5"], 7),
    ("llava-hf/llava-v1.6-vicuna-7b-hf", ["llava", "next", "vicuna"], 7),
    ("LLaVA-NeXT (1.6) Vicuna 7B", ["llava", "next", "vicuna"], 7),
    ("LLaVA-1.5-M3 7B", ["llava", "1.5", "m3"], 7),
    ("SmolVLM 256M", ["smolvlm"], 0.256), ("HuggingFaceTB/SmolVLM-Instruct", ["smolvlm"], nil),
    ("mistralai/Mistral-Small-3.1-24B-Instruct-2503", ["mistral", "small", "3.1"], 24),
    ("Llama 3.2 Vision 11B", ["llama", "3.2", "vision"], 11),
    ("meta-llama/Llama-3.2-11B-Vision-Instruct", ["llama", "3.2", "vision"], 11),
    ("LLaVA-1.5-7B + FastV", ["llava", "1.5"], 7),
    ("PaliGemma 3B, 448 pixels", ["paligemma"], 3),
    ("OpenGVLab/InternVL3-8B", ["internvl", "3"], 8),
  ]

  @Test(arguments: names)
  func namesAreTakenApart(text: String, words: [String], billions: Double?) throws {
    let name = try #require(ModelName(text))
    #expect(name.words == words && name.billions == billions)
    #expect(name.isRecognised)
  }

  @Test(arguments: [
    "", " - ", "(7B)", "2503", "7b", "instruct", "a/", ", 7b", "...", "((x", "日本語/",
  ])
  func namesThatSayNothing(text: String) { #expect(ModelName(text) == nil) }

  @Test(arguments: ["cost", "our-model", "x.y", "größe", "0.1"])
  func namesOfNoKnownLine(text: String) throws {
    #expect(try !#require(ModelName(text)).isRecognised)
  }

  @Test(arguments: [
    ("Qwen2-VL-7B", "Qwen/Qwen2-VL-7B-Instruct", "same"), ("Qwen2-VL-7B", "qwen2-vl-2b", "sibling"),
    ("Qwen2-VL-7B", "qwen2.5-vl-7b", "sibling"), ("Qwen2-VL-7B", "Qwen2-VL-7B-AWQ", "sibling"),
    ("LLaVA-1.5-7B + VisionZip", "llava-1.5-7b", "same"),
    ("LLaVA-1.5-M3 7B", "llava-1.5-7b", "sibling"), ("LLaVA-v1.6-13B", "LLaVA-NeXT-13B", "same"),
    ("LLaVA-1.5-7B", "llama-3.2-11b-vision", "other"), ("SmolVLM 2.2B", "idefics3-8b", "other"),
    ("LLaVA-1.5 7B", "llava-1.5-8b", "same"), ("LLaVA-1.5 7B", "llava-1.5-13b", "sibling"),
    ("SmolVLM", "smolvlm-256m", "sibling"), ("SmolVLM", "HuggingFaceTB/SmolVLM-Instruct", "same"),
    ("gemma-4-26B-A4B", "gemma-4-31b", "sibling"), ("gemma-4-26B", "gemma-4-26B-A4B", "same"),
    ("Qwen3-VL-30B-A3B", "qwen3-vl-32b", "sibling"), ("Qwen3-VL-30B", "qwen3-vl-32b", "same"),
    ("VQQ Llama-2 7B", "llava-1.5-7b", "other"), ("VQQ Llama-2 7B", "llama-2-7b", "other"),
  ])
  func relations(one: String, other: String, word: String) throws {
    let (one, other) = (try #require(ModelName(one)), try #require(ModelName(other)))
    #expect(ModelRelation([one], to: [other]).word == word)
    #expect(ModelRelation([other], to: [one]).word == word, "a relation has no direction")
    #expect(ModelRelation([one], to: [one]) == .same)
    #expect(ModelRelation([one], to: []) == .unknown && ModelRelation([], to: [one]) == .unknown)
  }

  @Test func differencesAreNamed() throws {
    func relation(_ one: String, _ others: String..., size: Double? = nil) -> ModelRelation {
      ModelRelation(
        [ModelName(one)].compactMap { $0 }, size: size, to: others.compactMap { ModelName($0) })
    }
    #expect(relation("Qwen2-VL-7B", "qwen2-vl-2b") == .sibling(difference: "7B beside 2B"))
    #expect(relation("SmolVLM", "smolvlm-256m") == .sibling(difference: "no size said beside 256M"))
    #expect(
      relation("LLaVA-1.5-M3 7B", "llava-1.5-7b") == .sibling(difference: "with 'm3'"))
    #expect(
      relation("Qwen2-VL-7B", "qwen2.5-vl-72b")
        == .sibling(difference: "7B beside 72B, '2' beside '2.5'"))
    // The best of several spellings counts; a size that is stated besides counts where the name has none.
    #expect(relation("SmolVLM", "house-model", "smolvlm-2.2b", size: 2.2) == .same)
    #expect(
      relation("SmolVLM", "smolvlm-256m", size: 2.2) == .sibling(difference: "2.2B beside 256M"))
  }
}
