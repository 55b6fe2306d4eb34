import SourceText
import Testing

@testable import ComputeCosts
@testable import ConfigEmbedding

/// Families, their published names and their keys: none can be forgotten or lost.
@Suite struct FamilyKeyTests {
  /// Published models, each found by one of its family's names and by no other.
  private static let published = [
    ("Qwen/Qwen2-VL-7B-Instruct", "qwen2-vl"), ("Qwen/Qwen2.5-VL-72B-Instruct-AWQ", "qwen2.5-vl"),
    ("qwen2_5_vl_7b", "qwen2.5-vl"), ("/models/qwen3_vl_8b", "qwen3-vl"),
    ("Qwen/Qwen3.5-27B", "qwen3.5"), ("/models/qwen3_5_9b", "qwen3.5"),
    ("Qwen/Qwen2.5-Omni-7B", "qwen2.5-omni"), ("/models/qwen2_5_omni_7b", "qwen2.5-omni"),
    ("Qwen/Qwen3-Omni-30B-A3B-Instruct", "qwen3-omni"),
    ("PaddlePaddle/PaddleOCR-VL-1.5", "paddleocr-vl"), ("tencent/HunyuanOCR", "hunyuan-vl"),
    ("/models/hunyuan_vl_4b", "hunyuan-vl"),
    ("rednote-hilab/dots.ocr", "dots-ocr"), ("/models/dots_ocr", "dots-ocr"),
    ("rednote-hilab/dots.mocr", "dots-ocr"),
    ("zai-org/GLM-4.1V-9B-Thinking", "glm-4v"), ("/models/glm-4-1v-9b", "glm-4v"),
    ("zai-org/GLM-4.5V-FP8", "glm-4v"), ("/models/glm-4-5v", "glm-4v"),
    ("zai-org/GLM-4.6V-Flash", "glm-4v"), ("/models/glm-4-6v", "glm-4v"),
    ("zai-org/GLM-OCR", "glm-4v"),
    ("Qwen/Qwen3.6-35B-A3B", "qwen3.5"), ("qwen3_6_27b", "qwen3.5"),
    ("OpenGVLab/InternVL2_5-8B", "internvl"), ("OpenGVLab/InternVL3-8B", "internvl"),
    ("OpenGVLab/InternVL-Chat-V1-5", "internvl"), ("google/gemma-3-4b-it", "gemma3"),
    ("google/gemma-4-26b-it", "gemma4"),
    ("google/gemma-4-12B-it", "gemma4-unified"),
    ("HuggingFaceTB/SmolVLM-256M-Instruct", "idefics3"),
    ("google/shieldgemma-2-4b-it", "gemma3"),
    ("nvidia/Cosmos3-Nano", "qwen3-vl"),
    ("baidu/Qianfan-OCR", "internvl"),
    ("llava-hf/LLaVA-NeXT-Video-7B-hf", "llava-next"),
    ("llava-hf/vip-llava-7b-hf", "llava-1.5"),
    ("LGAI-EXAONE/EXAONE-4.5-33B", "exaone-4.5"),
    ("dots-studio/dots3-note-prev", "dots3-note"),
    ("naver-hyperclovax/HyperCLOVAX-SEED-Think-32B", "hyperclovax-vision-v2"),
    ("LiquidAI/LFM3-VL-2B", "lfm3-vl"),
    ("Qwen/Qwen4-Exp", "qwen4-exp"),
    ("CohereLabs/North-Micro-Vision-Instruct", "cohere-compass"),
    ("CohereForAI/aya-vision-8b", "aya-vision"),
    ("CohereLabs/command-a-vision-07-2025", "command-a-vision"),
    ("deepseek-community/Janus-Pro-1B", "janus"),
    ("deepseek-community/deepseek-vl-1.3b-chat", "deepseek-vl"),
    ("deepseek-community/deepseek-vl-7b-chat", "deepseek-vl-hybrid"),
    ("facebook/chameleon-7b", "chameleon"),
    ("google/gemma-3n-E4B", "gemma3n"),
    ("stepfun-ai/GOT-OCR-2.0-hf", "got-ocr2"),
    ("google/gemma-4-26b-it", "gemma4"),
    ("nvidia/Cosmos3-Edge", "cosmos3-edge"), ("Qwen/Qwen3-Omni-30B-A3B-Instruct", "qwen3-omni"),
    ("tencent/HunyuanOCR", "hunyuan-vl"),
    ("tencent/Hy4", "hunyuan-4-vl"),
    ("HuggingFaceTB/SmolVLM-256M-Instruct", "idefics3"),
    ("HuggingFaceTB/SmolVLM2-500M-Video-Instruct", "idefics3"),
    ("HuggingFaceTB/SmolVLM2-2.2B-Instruct", "idefics3"),
    ("HuggingFaceM4/Idefics3-8B-Llama3", "idefics3"), ("HuggingFaceM4/idefics2-8b", "idefics2"),
    ("llava-hf/llava-1.5-7b-hf", "llava-1.5"), ("liuhaotian/llava-v1.5-13b", "llava-1.5"),
    ("llava-hf/llava-v1.6-mistral-7b-hf", "llava-next"),
    ("llava-hf/llama3-llava-next-8b-hf", "llava-next"),
    ("lmms-lab/llava-onevision-qwen2-7b-ov", "llava-onevision"),
    ("meta-llama/Llama-3.2-11B-Vision-Instruct", "llama-3.2-vision"),
    ("meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama4"),
    ("OpenGVLab/InternVL3_5-GPT-OSS-20B-A4B-Preview-HF", "internvl"),
    ("google/paligemma2-3b-pt-448", "paligemma"), ("mistralai/Pixtral-12B-2409", "pixtral"),
    ("mistralai/Mistral-Small-3.1-24B-Instruct-2503", "mistral3"),
    ("microsoft/Phi-3.5-vision-instruct", "phi-3.5-vision"), ("LiquidAI/LFM2-VL-1.6B", "lfm2-vl"),
    ("lightonai/LightOnOCR-1B-1025", "lighton-ocr"),
    ("deepseek-ai/deepseek-vl2-tiny", "deepseek-vl2"), ("deepseek-ai/DeepSeek-OCR", "deepseek-ocr"),
    ("deepseek-community/DeepSeek-OCR-2", "deepseek-ocr-2"),
    ("moonshotai/Kimi-K2.5", "kimi-k2.5"), ("kimi-k2-5-nvfp4", "kimi-k2.5"),
    ("moonshotai/Kimi-K2.6", "kimi-k2.5"), ("/models/kimi_k2_6", "kimi-k2.5"),
    ("DAMO-NLP-SG/VideoLLaMA3-7B", "video-llama-3"),
    ("baidu/ERNIE-4.5-VL-28B-A3B-PT", "ernie-4.5-vl"), ("MiniMaxAI/MiniMax-M3", "minimax-m3-vl"),
  ]

  /// The families that each framework has a key for.
  private static let keyed: [String: Set<String>] = [
    "hf": grids.union(["internvl", "gemma3", "gemma4", "gemma4-unified", "idefics3"]),
    "llama-factory": grids, "ms-swift": grids.union(["internvl"]), "axolotl": grids,
    "easyr1": grids, "nemo-automodel": grids, "megatron-bridge": grids, "torchtune": ["llama4"],
    "vllm": served, "sglang": served, "qwen-vl": grids, "internvl": ["internvl"],
    "llava-next": ["llava-next", "llava-onevision"],
  ]
  private static let grids: Set<String> = ["qwen2-vl", "qwen2.5-vl", "qwen3-vl", "qwen3.5"]
  private static let served = grids.union([
    "internvl", "gemma3", "gemma4", "gemma4-unified", "idefics3", "llama4",
  ])

  /// Configs count in cells and take defaults by these settings, whatever the processor calls them.
  @Test func familiesBoundedInPixelsHaveTheSettingsThatConfigsAskFor() {
    let bounded = ModelFamily.all.filter {
      if case .pixels = $0.budgetArgument { true } else { false }
    }
    #expect(Set(bounded.map(\.name)) == Self.grids)
    for family in bounded {
      #expect(family.gridCell != nil, "\(family.name) has no 'factor'")
      for name in ["max_pixels", "min_pixels"] {
        #expect(family.defaultCount(name) != nil, "\(family.name) has no '\(name)'")
      }
    }
  }

  @Test(arguments: published)
  func aPublishedModelIsOfItsFamily(model: String, family: String) throws {
    #expect(ModelFamily.published(model)?.name == family)
    let names = ModelFamily.all.flatMap(\.publishedNames).filter { $0.matches(model) }
    #expect(names.count == 1, "\(names)")
  }

  /// What no model above is found by would be lost without a failure.
  @Test func everyNameOfEveryFamilyFindsAModelAbove() {
    for family in ModelFamily.all {
      #expect(family.publishedNames.isEmpty == family.isHosted, "\(family.name)")
      for name in family.publishedNames {
        #expect(
          Self.published.contains { $0.1 == family.name && name.matches($0.0) },
          "\(family.name): \(name)")
        if let alias = name.alias {
          #expect(ModelFamily.named(alias)?.name == family.name, "\(alias)")
        }
      }
    }
  }

  /// An id is found by what a person writes, and is no other framework's.
  @Test func frameworksAreFoundByTheirIDs() {
    #expect(Set(Framework.all.map(\.id)).count == Framework.all.count)
    for framework in Framework.all {
      #expect(framework.id.name == framework.id.name.lowercased())
      #expect(Framework.named(framework.id.name.uppercased())?.title == framework.title)
    }
    for script in Framework.scripts {
      #expect(script.form == .shell && Framework.named(script.id.name)?.form == .yaml)
    }
  }

  @Test func everyFrameworkHasItsFamiliesKeys() throws {
    for framework in Framework.all + Framework.scripts where !framework.takesAnyModel {
      let text = framework.form == .shell ? "a\n" : "{}\n"
      let config = try ConfigText(SourceFile(name: "a", text: text), form: framework.form)
      let families = try ModelFamily.all.filter { try framework.schema($0, config) != nil }.map(
        \.name)
      #expect(Set(families) == Self.keyed[framework.id.name], "\(framework.title)")
    }
  }

  /// A family whose processor has an argument is known to `embed` and `check` by its models' names.
  @Test(arguments: published.filter { served.contains($0.1) })
  func aServedModelIsEmbeddedAndChecked(model: String, family: String) throws {
    let source = SourceFile(name: "a.yaml", text: "model: \(model)\nport: 80\n")
    let config = try TrainingConfig(source, framework: "vllm")
    #expect(config.family?.name == family)
    #expect(config.family?.budgetArgument != nil)
    let embedding = try config.embedding(tokens: 1300)
    #expect(embedding.isChanged && (600...1300).contains(embedding.tokens))
    let written = try TrainingConfig(
      SourceFile(name: "a.yaml", text: embedding.text), framework: "vllm")
    #expect(written.budget?.tokens == embedding.tokens)
    #expect(written.findings().allSatisfy { !$0.isMistake })

    let key = try #require(config.schema.most.first)
    let wrong = "model: \(model)\nmm-processor-kwargs: " + nested(key.path.dropFirst(), "seven")
    let finding = try TrainingConfig(SourceFile(name: "a.yaml", text: wrong), framework: "vllm")
      .findings().first { $0.isMistake }
    #expect(finding?.diagnostic.span?.line == 2)
  }

  /// Keys of a family that no framework has a key for would be dead.
  @Test func everyFamilyWithAnArgumentIsServed() {
    let named = ModelFamily.all.filter { $0.budgetArgument != nil }.map(\.name)
    #expect(Set(named) == Self.served)
  }

  private func nested(_ path: ArraySlice<String>, _ value: String) -> String {
    path.reversed().reduce(value) { "{ \($1): \($0) }" } + "\n"
  }
}
