import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct TokensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens",
    abstract: "How many vision tokens an image or a video becomes.",
    discussion: """
      Applies a family's image processor to image sizes, exactly as the reference implementation \
      does. Settings come from --set, a processor file, a model's configuration and the processor \
      class's defaults, in this order; the report says which came from where.

      --config and --processor take a file, a model's folder, or a model's name (ORG/NAME, \
      ORG/NAME@REVISION) in the local cache of huggingface_hub; nothing is fetched. Processor files are \
      found beside a config.json.

      A video is its frames as the processor gets them: their size, their number and how many make a second. \
      Which of them are taken is a setting (do_sample_frames, fps, num_frames, under their published names), of \
      Qwen3-VL two a second. Frames that were sampled before are given at the rate that they were sampled at.

      Families: \(ModelFamily.all.map(\.name).joined(separator: ", "))

      Examples:
        token-budget tokens --family qwen2.5-vl --image 1280x720
        token-budget tokens --family qwen3-vl --image 1920x1080 \\
          --set max_pixels=1310720
        token-budget tokens --config config.json \\
          --processor preprocessor_config.json --image 640x480 --image 1024x768
        token-budget tokens --config Qwen/Qwen3-VL-8B-Instruct --image 1280x720
        token-budget tokens --family qwen3-vl --video 1280x720 --seconds 32 --fps 2
      """)

  @Option(help: ArgumentHelp("Family, alias or model_type.", valueName: "name"))
  var family: String?

  @Option(
    help: ArgumentHelp(
      "The model's config.json, its folder, or its name in the local cache.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The model's preprocessor_config.json, a folder or a name. Default: what lies beside a config.json.",
      valueName: "file"))
  var processor: String?

  @Option(
    help: ArgumentHelp(
      "A setting under its published name, dotted where nested; repeatable.",
      valueName: "key=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("Image size; repeatable.", valueName: "WxH"))
  var image: [String] = []

  @OptionGroup var videos: VideoOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for text in image where ImageSize(text) == nil {
      throw ValidationError(CostCommand.imageProblem(text))
    }
    let asked = try videos.videos()
    if image.isEmpty == asked.isEmpty {
      throw ValidationError(
        image.isEmpty
          ? "give what is counted: --image WxH or --video WxH"
          : "--image and --video are counted apart: give one of them")
    }
  }

  func run() throws {
    var documents = DocumentLoader(output)
    do {
      let asked = try videos.videos()
      if !asked.isEmpty {
        let count = try VideoTokenCount(
          family: family, configuration: config, processor: processor, assignments: set,
          videos: asked, cache: .ofEnvironment)
        Terminal.report(count.diagnostics, colour: output.colour)
        return try output.write(text: count.text, json: count.json)
      }
      let count = try TokenCount(
        family: family, configuration: config, processor: processor, assignments: set,
        images: image.compactMap { ImageSize($0) }, cache: .ofEnvironment)
      Terminal.report(count.diagnostics, colour: output.colour)
      try output.write(text: count.text, json: count.json)
    } catch let invalid as InvalidDocument {
      documents.add(invalid)
      throw documents.failure()
    }
  }
}
