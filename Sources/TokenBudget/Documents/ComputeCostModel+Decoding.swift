import BudgetSearch
import ComputeCosts
import SourceText

extension ComputeCostModel {
  public static func decode(_ root: Field) -> ComputeCostModel? {
    guard var reader = root.mapping(), let header = DocumentHeader.read(&reader, kind: kind)
    else { return nil }
    let source = reader.optional("source").flatMap(Source.decode)
    // Asked first in either case, so that a misspelt 'flops' finds its name. One that stands alone
    // is reported alone: the keys of an architecture are then not missing.
    let flops = reader.optional("flops")
    let meantTotals =
      flops == nil
      && reader.keys.contains { nearestName(to: $0, among: ["flops"]) != nil }
      && !reader.keys.contains { ["vision", "language", "workload"].contains($0) }
    let totals = flops != nil || meantTotals
    var basis: Basis?
    var lattice: Lattice?
    if totals {
      let total = flops.flatMap(decodeTotals)
      lattice =
        reader.optional("tokens").flatMap { decodeTokens($0, needsReduction: false) }?
        .lattice
      basis = total.map { .totals($0) }
      let note = "and 'flops' exclude each other: the total is either given or computed"
      reader.finish(
        unavailable: ["vision": note, "language": note],
        unused: [
          "hardware": hardwareNote,
          "workload": "is not used beside 'flops', which is the total of a request",
        ])
    } else {
      let suggestion = "give 'vision', 'language', 'tokens' and 'workload', or only 'flops'"
      let vision = reader.required("vision", suggestion: suggestion).flatMap(decodeVision)
      let language = reader.required("language", suggestion: suggestion).flatMap(decodeLanguage)
      let tokens = reader.required("tokens", suggestion: suggestion)
        .flatMap { decodeTokens($0, needsReduction: true) }
      let workload = reader.required("workload", suggestion: suggestion).flatMap(decodeWorkload)
      reader.finish(unused: ["hardware": hardwareNote])
      lattice = tokens?.lattice
      if let vision, let language, let workload, let reduction = tokens?.reduction {
        basis = .architecture(
          VisionLanguageModel(
            encoder: vision.encoder, connector: vision.connector, reduction: reduction,
            language: language), workload)
      }
    }
    if source == nil, !root.sink.hasErrors {
      root.sink.warn(
        .costNoSource, "the cost model does not say where its numbers come from",
        at: nil, suggestion: "add 'source: { cite: … }'")
    }
    guard !root.sink.hasErrors, let basis else { return nil }
    return ComputeCostModel(
      id: header.id, title: header.title, basis: basis, lattice: lattice, source: source)
  }

  private static let hardwareNote =
    "is not used by this version, which computes neither latency nor memory"

  /// The largest size of anything in an architecture: far above any model, and small enough for
  /// products of sizes to be checked cheaply.
  private static let largestSize = 100_000_000

  private static func size(_ reader: inout MappingReader, _ key: String) -> Int? {
    reader.required(key)?.integer(in: 1...largestSize)
  }

  // MARK: Vision

  private static func decodeVision(
    _ field: Field
  ) -> (encoder: VisionTransformer, connector: Connector)? {
    guard var reader = field.mapping() else { return nil }
    if let family = reader.required("family"), let name = family.text(),
      !VisionFamily.names.contains(name)
    {
      family.report(
        .unsupportedFamily,
        "no closed form for the family \(quoted(name)) in this version; supported: "
          + VisionFamily.names.joined(separator: ", "),
        suggestion: "give the totals instead: 'flops: { fixed: …, per_token: …, "
          + "per_token_squared: … }'")
    }
    let encoder = reader.required("encoder").flatMap(decodeEncoder)
    let connector = reader.required("connector").flatMap { field -> Connector? in
      guard var reader = field.mapping() else { return nil }
      let form = reader.required("form")?.word(among: Connector.allCases.map(\.rawValue))
      reader.finish()
      return form.flatMap(Connector.init)
    }
    reader.finish()
    guard let encoder, let connector else { return nil }
    return (encoder, connector)
  }

  private static func decodeEncoder(_ field: Field) -> VisionTransformer? {
    guard var reader = field.mapping() else { return nil }
    let layers = size(&reader, "layers")
    let hidden = size(&reader, "hidden")
    let intermediate = size(&reader, "intermediate")
    let heads = size(&reader, "heads")
    let patch = size(&reader, "patch")
    let imageField = reader.required("image")
    let image = imageField?.integer(in: 1...1_000_000)
    let classToken = reader.required("class_token")?.bool()
    reader.finish()
    if let hidden, let heads, hidden % heads != 0 {
      field.report(
        .headsNotDividing, "\(heads) heads do not divide the hidden size \(hidden) evenly")
    }
    if let image, let patch, image < patch {
      imageField?.report(
        .imageSmallerThanPatch, "an image of \(image) pixels holds no patch of \(patch)")
    }
    guard let layers, let hidden, let intermediate, let heads, let patch, let image,
      let classToken, image >= patch
    else { return nil }
    return VisionTransformer(
      layers: layers, hidden: hidden, intermediate: intermediate, heads: heads, patch: patch,
      image: image, classToken: classToken)
  }

  // MARK: Language

  private static func decodeLanguage(_ field: Field) -> LanguageModel? {
    guard var reader = field.mapping() else { return nil }
    let layers = size(&reader, "layers")
    let hidden = size(&reader, "hidden")
    let heads = size(&reader, "heads")
    let kvHeads = size(&reader, "kv_heads")
    let headDimField = reader.optional("head_dim")
    let headDim = headDimField?.integer(in: 1...largestSize)
    let intermediate = size(&reader, "intermediate")
    let vocabulary = size(&reader, "vocabulary")
    reader.finish()
    if let heads, let kvHeads, heads % kvHeads != 0 {
      field.report(
        .headsNotDividing, "\(kvHeads) kv_heads do not divide \(heads) heads evenly")
    }
    if headDimField == nil, let hidden, let heads, hidden % heads != 0 {
      field.report(
        .headsNotDividing,
        "\(heads) heads do not divide the hidden size \(hidden) evenly, and 'head_dim' is not given"
      )
    }
    guard let layers, let hidden, let heads, let kvHeads, let intermediate, let vocabulary
    else { return nil }
    return LanguageModel(
      layers: layers, hidden: hidden, heads: heads, kvHeads: kvHeads,
      headDim: headDim ?? hidden / heads, intermediate: intermediate, vocabulary: vocabulary)
  }

  // MARK: Tokens and workload

  private static func decodeTokens(
    _ field: Field, needsReduction: Bool
  ) -> (lattice: Lattice?, reduction: TokenReduction?)? {
    guard var reader = field.mapping() else { return nil }
    let lattice = reader.optional("lattice").flatMap(Lattice.decode)
    var reduction: TokenReduction?
    if needsReduction {
      reduction = reader.required("reduce")?.word(among: TokenReduction.allCases.map(\.rawValue))
        .flatMap(TokenReduction.init)
    }
    reader.finish(
      unavailable: needsReduction
        ? [:] : ["reduce": "has no meaning beside 'flops', which already counts the connector"])
    return (lattice, reduction)
  }

  private static func decodeWorkload(_ field: Field) -> Workload? {
    guard var reader = field.mapping() else { return nil }
    let most = 1_000_000_000
    let images = reader.required("images")?.integer(in: 1...most)
    let text = reader.required("text_tokens")?.integer(in: 0...most)
    let output = reader.required("output_tokens")?.integer(in: 1...most)
    let batch = reader.required("batch")?.integer(in: 1...most)
    reader.finish()
    guard let images, let text, let output, let batch else { return nil }
    return Workload(images: images, textTokens: text, outputTokens: output, batch: batch)
  }

  // MARK: Totals

  private static func decodeTotals(_ field: Field) -> TokenPolynomial? {
    guard var reader = field.mapping() else { return nil }
    let fixed = count(&reader, "fixed")
    let perToken = count(&reader, "per_token")
    let squared = count(&reader, "per_token_squared")
    reader.finish()
    guard let fixed, let perToken, let squared else { return nil }
    guard fixed > 0 || perToken > 0 || squared > 0 else {
      field.report(
        .costZero, "a request that costs nothing has no score per FLOP: all coefficients are 0")
      return nil
    }
    return TokenPolynomial(fixed: fixed, perToken: perToken, perTokenSquared: squared)
  }

  /// A coefficient: a bare count of FLOPs, as the key says, or one with its unit.
  private static func count(_ reader: inout MappingReader, _ key: String) -> Int128? {
    guard let field = reader.required(key) else { return nil }
    if case .scalar(let scalar) = field.node.content, scalar.kind == .string,
      scalar.text.contains(where: \.isLetter)
    {
      guard let quantity = field.quantity(Units.compute, insteadOf: Units.all) else { return nil }
      guard
        let value = quantity.decimal.scaledInteger(
          multiplier: quantity.unit.multiplier, powerOfTen: quantity.unit.powerOfTen,
          rounding: .exact)
      else {
        field.report(.notWhole, "\(field.name) must be a whole number of FLOP that fits 127 bits")
        return nil
      }
      guard value >= 0 else {
        field.report(.outOfRange, "\(field.name) must be at least 0, found \(field.node.summary)")
        return nil
      }
      return value
    }
    return field.integer(in: 0...Int128.max)
  }
}

/// The families of vision encoders whose cost has a closed form here.
public enum VisionFamily {
  /// Names and aliases: the family, and the `model_type` of its published configuration.
  public static let names = ["llava-1.5", "llava"]
}

extension Diagnostic.Code {
  /// A cost model does not say where its numbers come from.
  public static let costNoSource = Self("cost.no-source")
  /// The vision family has no closed form here.
  public static let unsupportedFamily = Self("cost.unsupported-family")
  /// Attention heads do not divide what they share.
  public static let headsNotDividing = Self("cost.heads-not-dividing")
  /// The image holds no patch.
  public static let imageSmallerThanPatch = Self("cost.image-smaller-than-patch")
  /// All coefficients of a cost are 0.
  public static let costZero = Self("cost.zero")
}
