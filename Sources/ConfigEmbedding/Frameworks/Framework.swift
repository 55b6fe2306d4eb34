import ComputeCosts
import SourceText

/// A training or serving framework: where its configs have the vision-token budget, and what it makes
/// of it.
///
/// A framework is one file that makes one of these, and one line in ``Framework/all``.
public struct Framework: Sendable {
  /// What becomes of an image between the key and the processor.
  enum Resizing: Sendable {
    /// The processor has the bound and keeps it.
    case processor
    /// The framework resizes to the bound, and the processor then rounds: see ``ResizeThenRound``.
    case beforeProcessor
  }

  /// What it is known by.
  public let id: FrameworkID
  /// Its name.
  public let title: String
  /// How its configs are written.
  public let form: ConfigForm
  /// Whether a config is surely its.
  let recognizes: @Sendable (ConfigText) -> Bool
  /// Where its configs name the model, the surest first.
  var models: [[String]] = []
  /// Where they have the longest sequence, in tokens.
  var contexts: [[String]] = []
  /// The longest sequence where nothing says; `nil` where the model decides.
  var defaultContext: Int?
  /// What a letter behind a whole number stands for.
  var multiples: [Character: Int] = [:]
  /// Where they have the most images of a sample or request.
  var images: [[String]] = []
  /// What resizes.
  var resizing = Resizing.processor
  /// Whether its keys do not depend on the model.
  var takesAnyModel = false
  /// The family that a config itself shows, where it does not name a published model.
  var shownFamily: (@Sendable (ConfigText) -> ModelFamily?)?
  /// Its keys for a model; `nil` where it has none for the model's family. Throws where the config holds a size
  /// that nothing can be computed with.
  let schema: @Sendable (ModelFamily?, ConfigText) throws(ConfigObstacle) -> BudgetSchema?

  /// The framework of an id that a person wrote, in the form that its configs mostly have.
  public static func named(_ name: String) -> Framework? {
    all.first { $0.id.name == name.lowercased() }
  }

  /// What a framework's launch scripts have, of frameworks whose configs are mostly YAML.
  static let scripts: [Framework] = [.msSwiftScripts, .vLLMScripts]

  /// Every framework, in the order that lists show them. A new framework is one line here.
  public static let all: [Framework] = [
    .huggingFace, .llamaFactory, .msSwift, .axolotl, .easyR1, .nemoAutomodel, .megatronBridge,
    .torchtune, .vLLM, .sgLang, .llamaCpp, .qwenVLScripts, .internVLScripts, .llavaNeXTScripts,
  ]
}

/// A key that bounds the tokens of an image.
struct BudgetKey: Sendable {
  /// The keys that lead to it.
  let path: [String]
  /// What its number means.
  let scale: BudgetScale
  /// Whether its value must be text.
  var isQuoted = false
  /// Keys beside which a person would look for it.
  var neighbours: [String] = []
  /// A flag that must be true for it to count; it is set with it.
  var switchPath: [String]?
  /// What the key holds, where it is no number: the text before the number, such as `anyres_max_`.
  var prefix = ""

  /// The path in words: keys joined by dots.
  var name: String { path.joined(separator: ".") }
}

/// The keys of a framework for one model.
struct BudgetSchema: Sendable {
  /// Keys of the largest budget. All that are there must agree; where none is, the first is added.
  var most: [BudgetKey]
  /// Keys of the smallest budget.
  var least: [BudgetKey] = []
  /// Whether the first of the keys that are there decides; otherwise the smallest budget does.
  var firstDecides = false
  /// What the largest budget's first key is where nothing says; `nil` where that is not known.
  var fallback: Int?
  /// Who takes that value.
  var fallbackOrigin = "the class's default"
  /// What the smallest budget's first key is where nothing says; `nil` where that is not known.
  var leastFallback: Int?
  /// Whether that holds whatever the config says: the processor has it, and the framework's own key is
  /// another.
  var isLeastFixed = false
  /// Tokens of every image where a switch leaves no budget to set, and the switch.
  var fixed: (tokens: Int, reason: String)?
  /// Keys that this model does not read, with the one that it does.
  var unread: [(path: [String], instead: String)] = []
  /// A list of canvases in place of a number.
  var canvases: CanvasKey?
}

extension BudgetSchema {
  /// Bounds in pixels of a family with a grid, under keys named alike.
  ///
  /// - Parameters:
  ///   - family: The model's family.
  ///   - cell: Side of a cell, where the config says; else the family's.
  ///   - prefix: The keys that lead to the mapping of both.
  ///   - least: `nil` where the framework has no key for the smallest budget: the processor's then holds, and
  ///     nothing is written for it.
  static func grid(
    _ family: ModelFamily?, cell: Int? = nil, under prefix: [String] = [],
    most: String = "max_pixels",
    least: String? = "min_pixels", neighbours: [String] = []
  ) -> BudgetSchema? {
    // A grid whose processor has no argument for it is none that frameworks have keys for.
    if let family, family.budgetArgument == nil { return nil }
    guard let cell = cell ?? family?.gridCell else { return nil }
    let scale = BudgetScale.pixels(cell: cell)
    var schema = BudgetSchema(
      most: [
        BudgetKey(
          path: prefix + [most], scale: scale, neighbours: (least.map { [$0] } ?? []) + neighbours)
      ],
      least: [
        BudgetKey(
          path: prefix + [least ?? "min_pixels"], scale: scale, neighbours: [most] + neighbours)
      ])
    schema.isLeastFixed = least == nil
    schema.fallback = family?.defaultCount("max_pixels")
    schema.leastFallback = family?.defaultCount("min_pixels")
    if family?.isPublished("max_pixels") == true {
      schema.fallbackOrigin = "the published processor's"
    }
    return schema
  }

  /// The arguments of a model's processor, as servers take them.
  static func processorArguments(_ family: ModelFamily?, under prefix: [String]) -> BudgetSchema? {
    guard let family, let budget = family.budgetArgument else { return nil }
    switch budget {
    case .pixels(let most, let least):
      guard var schema = grid(family, under: prefix, most: most, least: least) else { return nil }
      schema.addSizeForm(under: prefix)
      return schema
    case .tiles(let argument, _): return tiles(family, argument, under: prefix)
    case .crops(let key, let isOn): return crops(family, key, isOn: isOn, under: prefix)
    case .softTokens(let name, let counts):
      return BudgetSchema(
        most: [BudgetKey(path: prefix + [name], scale: .tokens(among: counts))],
        fallback: family.defaultCount(name))
    case .longestEdge(let path):
      guard let frame = family.defaultCount("max_image_size"),
        let perFrame = family.defaultCount("image_seq_len")
      else { return nil }
      return BudgetSchema(
        most: [
          BudgetKey(
            path: prefix + path, scale: .longestEdge(frame: frame, tokensPerFrame: perFrame))
        ], fallback: family.defaultCount("longest_edge"))
    }
  }

  /// Tiles of a family, with a copy of the whole unless its models have none.
  static func tiles(
    _ family: ModelFamily, _ key: BudgetArgument.Key, under prefix: [String]
  ) -> BudgetSchema? {
    guard let perTile = family.defaultCount("tokens_per_tile") else { return nil }
    let hasThumbnail = family.defaultSettings["use_thumbnail"] != .flag(false)
    return BudgetSchema(
      most: [
        BudgetKey(
          path: prefix + [key.name], scale: .tiles(of: perTile, hasThumbnail: hasThumbnail),
          neighbours: key.beside)
      ], fallback: family.defaultCount("max_patches"))
  }

  /// The second form of the pixel keys, `size.longest_edge` and `size.shortest_edge`.
  mutating func addSizeForm(under prefix: [String]) {
    guard let most = most.first, let least = least.first else { return }
    self.most.append(
      BudgetKey(
        path: prefix + ["size", "longest_edge"], scale: most.scale, neighbours: ["shortest_edge"]))
    self.least.append(
      BudgetKey(
        path: prefix + ["size", "shortest_edge"], scale: least.scale, neighbours: ["longest_edge"]))
    self.most.append(BudgetKey(path: prefix + ["size", "max_pixels"], scale: most.scale))
    self.least.append(BudgetKey(path: prefix + ["size", "min_pixels"], scale: least.scale))
    // Where both forms are there, the processor overwrites the second by the first.
    firstDecides = true
  }

  /// Crops beside the whole image.
  static func crops(
    _ family: ModelFamily, _ key: BudgetArgument.Key, isOn: String, under prefix: [String]
  ) -> BudgetSchema? {
    guard let perImage = family.defaultCount("tokens_per_image") else { return nil }
    return BudgetSchema(
      most: [
        BudgetKey(
          path: prefix + [key.name], scale: .crops(of: perImage), neighbours: key.beside,
          switchPath: prefix + [isOn])
      ], fallback: family.defaultCount("max_num_crops"))
  }
}

extension ConfigText {
  /// The text at the first path that leads to one.
  func text(at paths: [[String]]) -> (text: String, range: SourceRange)? {
    for path in paths {
      if let found = try? value(at: path), let text = found.text { return (text, found.range) }
    }
    return nil
  }

  /// The whole number at a path.
  func integer(at path: [String]) -> Int? {
    guard let found = try? value(at: path) else { return nil }
    return found.integer
  }

  /// The whole number at a path, of which tokens are computed.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: ``ConfigObstacle`` where it is out of bounds, or no number.
  func size(at path: [String], in bounds: ClosedRange<Int>) throws(ConfigObstacle) -> Int? {
    let range: SourceRange
    do throws(ConfigObstacle) {
      guard let found = try value(at: path), found.content != .null else { return nil }
      if let number = found.integer, bounds.contains(number) { return number }
      range = found.range
    } catch {
      // More digits than the shell counts are a number all the same; what only the shell knows is none.
      guard let place = error.range, source.bytes[place].allSatisfy({ 0x30...0x39 ~= $0 }) else {
        return nil
      }
      range = place
    }
    throw ConfigObstacle(
      code: .embedSize,
      message:
        "'\(path.joined(separator: "."))' must be a whole number from \(bounds.lowerBound) to "
        + "\(bounds.upperBound), found \(quoted(source.text(range)))", range: range)
  }

  /// Whether a flag is there and false.
  func isOff(_ path: [String]) -> Bool { (try? value(at: path))??.content == .flag(false) }

  /// Whether the text at a path holds another one.
  func text(at path: [String], contains part: String) -> Bool {
    text(at: [path])?.text.contains(part) ?? false
  }
}

extension Diagnostic.Code {
  /// A size beside the budget, such as the tokens of a frame, is none that can be computed with.
  public static let embedSize = Self("embed.size")
}
