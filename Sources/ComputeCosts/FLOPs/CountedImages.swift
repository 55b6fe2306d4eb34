/// What makes the vision tokens of a request.
public enum RequestImages: Sendable {
  /// The model's own choice of n: each image of the workload gets n tokens, and encoder and connector compute
  /// what that takes.
  case budget
  /// Images whose layouts are known; n counts the tokens of all of them.
  case counted(CountedImages)
  /// Whatever made them: n counts all tokens, and encoder and connector are not counted.
  case unknown
}

/// The images of a request with what encoder and connector compute on them: counted once, for requests, serving
/// and training.
public struct CountedImages: Sendable {
  /// What the processor made of each image; empty for text alone.
  public let layouts: [ImageLayout]
  /// FLOPs of encoder and connector, for one request.
  public let flops: VisionFLOPs
  /// Vision tokens of all images.
  public let tokens: Int
  /// The states that cross-attention reads.
  public let states: Int128

  /// Counts images.
  ///
  /// - Throws: ``CountOverflow`` when a count passes 1.7e38, or the tokens what an `Int` holds.
  /// - Complexity: O(inputs).
  public init(
    _ layouts: [ImageLayout], on model: VisionLanguageModel, convention: Convention = Convention()
  ) throws(CountOverflow) {
    self.layouts = layouts
    flops = try model.visionFLOPs(of: layouts, convention)
    states = try model.statesRead(of: layouts, convention: convention)
    var tokens = 0
    for layout in layouts {
      let (sum, overflow) = tokens.addingReportingOverflow(layout.tokens)
      guard !overflow else { throw CountOverflow() }
      tokens = sum
    }
    self.tokens = tokens
  }
}

/// The FLOPs of encoder and connector by what they are spent on.
public struct VisionFLOPs: Sendable, Equatable {
  /// The encoder.
  public var encoder: EncoderFLOPs
  /// The weight products of the connector.
  public var connectorLinear: Int128
  /// The attention products of the connector.
  public var connectorAttention: Int128

  /// All of the connector.
  public var connector: Int128 { connectorLinear + connectorAttention }
}

extension VisionLanguageModel {
  /// FLOPs of encoder and connector on images.
  ///
  /// - Throws: ``CountOverflow`` when a count passes 1.7e38.
  package func visionFLOPs(
    of images: [ImageLayout], _ convention: Convention = Convention()
  ) throws(CountOverflow) -> VisionFLOPs {
    let connector = try connector.flops(
      of: images, encoder: encoder, languageHidden: language.hidden, convention: convention)
    // Their sum is taken without a check from here on.
    _ = try connector.linear.plus(connector.attention)
    return VisionFLOPs(
      encoder: try encoder.flops(of: images, convention: convention),
      connectorLinear: connector.linear, connectorAttention: connector.attention)
  }

  /// FLOPs of encoder and connector on images of one layout, whole.
  func visionFLOPs(
    of layout: ImageLayout, images: Int, _ convention: Convention
  ) throws(CountOverflow) -> (encoder: Int128, connector: Int128) {
    let one = try visionFLOPs(of: [layout], convention)
    let count = Int128(images)
    // Packed images attend to each other.
    let attention = try one.encoder.attention.times(count)
      .times(encoder.attention == .packed ? count : 1)
    return (
      try one.encoder.convolution.plus(one.encoder.linear).times(count).plus(attention),
      try one.connector.times(count)
    )
  }

  /// The states of images that cross-attention reads: all of them, those of padding tiles among
  /// them, or with padding left out the vision tokens.
  package func statesRead(
    of images: [ImageLayout], convention: Convention = Convention()
  ) throws(CountOverflow) -> Int128 {
    var states: Int128 = 0
    for image in images {
      states = try states.plus(
        Int128(convention.padding == .counted ? self.states(of: image) : image.tokens))
    }
    return states
  }

  /// Encoder states of an image, those of padding tiles among them.
  private func states(of layout: ImageLayout) -> Int {
    (layout.inputs + layout.paddingInputs).reduce(0) {
      $0 + $1.count * ($1.patches + (encoder.classToken ? 1 : 0))
    }
  }

  /// The states that cross-attention sees of an image whatever n is: those of the padded tiles.
  /// `nil` where they vary.
  var paddedStates: Int? {
    switch budget {
    case .reduced: return nil
    case .processor(let budgets):
      let states = budgets.map { self.states(of: $0.layout) }
      return states.allSatisfy { $0 == states[0] } ? states[0] : nil
    }
  }
}
