import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes a compute cost model from a published config.json.",
    discussion: """
      Reads a Hugging Face configuration, fills in what the published file leaves to the \
      configuration class, and writes a cost model that says which values those are. Give the \
      processor file too, where it does not lie beside a config.json: how many tokens an image becomes \
      depends on it.

      A model's folder stands for the files in it, and a name for the files in the local cache of \
      huggingface_hub (HF_HUB_CACHE, HF_HOME, ~/.cache/huggingface/hub), ORG/NAME@REVISION for those of a \
      revision. Nothing is fetched. A path that is there wins over a name.

      Supported model types: \
      \(ModelFamily.importableModelTypes.joined(separator: ", "))

      Example:
        token-budget import config.json --processor preprocessor_config.json \\
          -o my-model.yaml
        token-budget import Qwen/Qwen3-VL-8B-Instruct -o qwen3-vl-8b.yaml
        token-budget import Qwen/Qwen3-VL-8B-Instruct --video 1280x720 --seconds 32 --fps 2 \\
          -o qwen3-vl-8b-video.yaml
      """)

  @Argument(
    help: ArgumentHelp(
      "The model's config.json, its folder, or its name in the local cache.",
      valueName: "config.json"))
  var config: String

  @Option(
    help: ArgumentHelp(
      "The model's preprocessor_config.json, a folder or a name. Default: what lies beside a config.json.",
      valueName: "file"))
  var processor: String?

  @Option(
    help: ArgumentHelp(
      "A setting of the processor under its published name, of that of videos as 'video.key'; repeatable.",
      valueName: "key=value"))
  var set: [String] = []

  @Option(
    help: "The document's id. Default: the name of the file written, or else of the configuration.")
  var id: String?

  @Option(help: "The document's title.")
  var title: String?

  @Option(help: ArgumentHelp("The accelerator it is to run on.", valueName: "id"))
  var hardware: String?

  @Option(help: "Where the configuration comes from, for the document's source.")
  var cite: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Where to write; standard output by default.", valueName: "file"))
  var destination: String?

  @OptionGroup var videos: VideoOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if try videos.videos().count > 1 {
      throw ValidationError("a request has one video: give --video once")
    }
    if let destination,
      [config, processor].compactMap({ $0 }).contains(where: {
        Terminal.isSameFile($0, destination)
      })
    {
      throw Self.overwriting(destination)
    }
  }

  private static func overwriting(_ destination: String) -> ValidationError {
    ValidationError(
      "--output would overwrite the file that is read: \(printable(path: destination))")
  }

  func run() throws {
    var documents = DocumentLoader(output)
    do {
      let imported = try ModelImport(
        configuration: config, processor: processor, assignments: set,
        id: id ?? destination.map { DocumentID.fromPath($0, fallback: "imported-model") },
        title: title, hardware: hardware, source: cite, video: videos.videos().first,
        cache: .ofEnvironment)
      Terminal.report(imported.diagnostics, colour: output.colour)
      if let destination {
        // A file that was found is known only now.
        if imported.sources.contains(where: { Terminal.isSameFile($0.path, destination) }) {
          throw Self.overwriting(destination)
        }
        try Terminal.write(imported.yaml, to: destination)
      }
      try output.write(
        text: destination == nil
          ? imported.yaml
          : "\(printable(path: destination ?? "")): written, "
            + "\(imported.defaults.count) values by default\n",
        json: imported.json)
    } catch let invalid as InvalidDocument {
      documents.add(invalid)
      throw documents.failure()
    }
  }
}
