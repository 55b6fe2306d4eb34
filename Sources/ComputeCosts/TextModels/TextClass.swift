/// What is particular to a class of decoder-only language models: what its configuration leaves out, which
/// kinds of layers it has, and what they hold. What is said of none is what most classes have.
///
/// - Source: the configuration and model classes of transformers 5.24.0, each key changed on tiny models.
struct TextClass: Sendable {
  /// The `model_type` of its configuration.
  let modelType: String
  /// Sizes of its class where the configuration is silent.
  let sizes: [String: Int]
  /// Whether embedding and head share weights where nobody says.
  var tiesByDefault = false
  /// Whether there are as many key and value heads as query heads where nobody says.
  var sharesNoKeysByDefault = false
  /// Whether its heads must fill the hidden size.
  var headsFillHidden = false
  /// The key of the MLP's size: of an expert's where every layer is a mixture.
  var intermediateKey = "intermediate_size"
  /// Norms of the hidden size in each layer.
  var hiddenNorms = 2
  /// Norms of the size of a head in each layer.
  var headNorms = 0
  /// Norms of each layer that are of other sizes.
  var otherNorms: @Sendable (ConfigurationSection, TextSizes) -> Int128 = { _, _ in 0 }
  /// Whether the query projection gives a gate too.
  var outputGate = false
  /// Rows of the embedding that the head has not.
  var extraEmbeddingRows = 0
  /// Which products have biases.
  var biases: @Sendable (ConfigurationSection) -> Biases = { _ in .none }
  /// Layers that attend to a window where `layer_types` is not given, of so many; `nil` where a switch turns
  /// windows off whatever is listed.
  var slidingLayers: @Sendable (ConfigurationSection, Int) -> Int? = { _, _ in 0 }
  /// Layers of cross-attention, of so many; `nil` after reporting why.
  var crossLayers: @Sendable (ConfigurationSection, Int) -> Int? = { _, _ in 0 }
  /// Keys of its mixture of experts.
  var experts: ExpertKeys?
  /// The mixture of so many layers, where its keys are not of that kind; `nil` after reporting why.
  var ownMixture: (@Sendable (ConfigurationSection, Int) -> MixtureOfExperts?)?
  /// Parameters in no matrix product that are neither norms nor biases of attention and MLP, with a mixture or without.
  var ownVectors: @Sendable (TextSizes, MixtureOfExperts?) -> Int128 = { _, _ in 0 }
  /// Layers whose positions see each other in another way, which then are the only ones that `layer_types`
  /// may name beside full attention; `nil` after reporting why.
  var mixing: (@Sendable (ConfigurationSection, TextSizes) -> OtherLayers?)?
  /// Reads the whole part, where the class has little in common with others.
  var reading: (@Sendable (ConfigurationSection, LanguageModel.Tying) -> LanguageModel?)?

  /// All classes, in the order that messages name them.
  static let all: [TextClass] =
    llamas + qwens + glms + gemmas + gemma4s
    + [.gemma3n, .mllama, .llama4, .gptOSS, .ernieVL, .phi3, .internLM2]
    + olderForms + deepSeeks + coheres

  /// The class of a model type.
  static func named(_ modelType: String) -> TextClass? { byType[modelType] }

  private static let byType = Dictionary(uniqueKeysWithValues: all.map { ($0.modelType, $0) })
}

extension TextClass {
  /// Which products have biases.
  struct Biases {
    var queriesAndKeys = false
    var output = false
    var mlp = false

    static let none = Biases()

    /// Of all products of attention, by a flag.
    static func attention(_ key: String, _ section: ConfigurationSection) -> Biases {
      let all = section.flagOrOff(key)
      return Biases(queriesAndKeys: all, output: all)
    }
  }

  /// Keys of a mixture of experts.
  struct ExpertKeys: Sendable {
    /// The number of experts.
    let count: String
    /// The size of one.
    let intermediate: String
    /// The size of what every token meets, with a gate; `nil` without.
    var shared: String?
    /// How many experts of the same size every token meets, without a gate; `nil` without.
    var sharedCount: String?
    /// How many of the first layers have an ordinary MLP, where that is not said layer by layer.
    var firstDense: String?
  }

  /// Layers that are no ordinary attention.
  struct OtherLayers {
    /// The layers by form.
    var mixers: [MixerLayers] = []
    /// Norms and biases that they have more than layers of attention.
    var vectors: Int128 = 0
  }
}

/// Sizes that a language model's layers share.
struct TextSizes {
  let layers: Int
  let hidden: Int
  let heads: Int
  let kvHeads: Int
  let headDim: Int
}

extension ConfigurationSection {
  /// A flag that is off where it is not given, without a note: not every class of the kind has it.
  func flagOrOff(_ key: String) -> Bool { has(key) ? flag(key, or: false) : false }
}
