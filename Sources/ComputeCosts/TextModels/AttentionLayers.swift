/// Layers of attention and MLPs whose sizes differ from layer to layer, gathered by what they have in common.
struct AttentionLayers {
  /// Layers that attend to a window and are like the others else.
  let sliding: SlidingWindow?
  /// Layers with sizes of their own, in the order in which their like come first.
  let mixers: [MixerLayers]

  /// - Parameters:
  ///   - layers: Every layer's attention.
  ///   - common: The sizes that are the model's own, over everything; layers like it are in no group.
  init(_ layers: [AttentionHeads], common: AttentionHeads) {
    var sliding: SlidingWindow?
    var mixers: [MixerLayers] = []
    for (heads, count) in layers.gathered() where heads != common {
      if sliding == nil, let window = heads.window, heads == common.with(window: window) {
        sliding = SlidingWindow(window: window, layers: count)
      } else {
        mixers.append(MixerLayers(layers: count, mixer: .attention(heads)))
      }
    }
    self.sliding = sliding
    self.mixers = mixers
  }
}

extension Array where Element: Equatable {
  /// What is in it, each once with its number, in the order in which each comes first.
  fileprivate func gathered() -> [(element: Element, count: Int)] {
    var groups: [(element: Element, count: Int)] = []
    for element in self {
      if let index = groups.firstIndex(where: { $0.element == element }) {
        groups[index].count += 1
      } else {
        groups.append((element, 1))
      }
    }
    return groups
  }
}

extension MLPLayers {
  /// Layers whose MLP has another size than the common one, by size.
  static func gathered(_ sizes: [Int], common: Int) -> [MLPLayers] {
    sizes.filter { $0 != common }.gathered()
      .map { MLPLayers(layers: $0.count, intermediate: $0.element) }
  }
}

extension AttentionHeads {
  fileprivate func with(window: Int) -> AttentionHeads {
    AttentionHeads(
      heads: heads, kvHeads: kvHeads, headDim: headDim, outputGate: outputGate, window: window,
      keysAreValues: keysAreValues, sharedCache: sharedCache)
  }
}

extension ConfigurationSection {
  /// Layers at the end that read the keys and values which the last layer of their kind before them cached.
  ///
  /// - Parameters:
  ///   - isSliding: For each layer, whether it attends to a window.
  ///   - fallback: How many they are where nobody says.
  /// - Returns: `nil` after reporting why.
  func sharedLayers(among isSliding: [Bool], or fallback: Int) -> Int? {
    let key = "num_kv_shared_layers"
    guard
      let shared = size(key, in: 0...100_000, or: (fallback, "default of the class \(modelType)"))
    else { return nil }
    guard shared > 0 else { return 0 }
    let own = Set(isSliding.prefix(max(0, isSliding.count - shared)))
    guard own == Set(isSliding) else {
      report(
        .inconsistent, key,
        "\(shared) of \(isSliding.count) layers share keys and values, and no layer before them has those of each kind"
      )
      return nil
    }
    return shared
  }
}
